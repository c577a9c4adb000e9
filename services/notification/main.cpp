#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/notification/mail/sender.hpp"
#include "services/notification/notices/intake.hpp"
#include "services/notification/notices/notification_routes.hpp"

extern const std::vector<kit::EmbeddedFile> notification_migrations, notification_openapi;

namespace {

constexpr const char* QUEUE = "notification.events";

struct Running : kit::runtime::Running {
  Running(kit::runtime::Context& context, const notification::EmailOptions& email)
      : notifications(context.database), resends(context.database, email.enabled()) {
    if (email.enabled()) sender.emplace(email, notifications, context.metrics);
    kit::messaging::ConsumerOptions options;
    options.broker = context.broker;
    options.queue = QUEUE;
    options.bindings = notification::heard_types();
    const auto take_in = [this, send = email.enabled()](kit::db::Transaction& tx,
                                                        const kit::messaging::Event& event) {
      // Stays set when the transaction fails: the sender looks in vain, then.
      if (notification::take_in(tx, event, send)) to_send = true;
    };
    const auto committed = [this] {
      if (std::exchange(to_send, false)) wake();
    };
    consumer.emplace(options, kit::messaging::once(context.database, "notification", take_in, committed),
                     context.metrics);
    kit::messaging::add_checks(context.health, *consumer);
  }

  void wake() {
    if (sender) sender->wake();
  }

  notification::store::Notifications notifications;
  notification::store::Resends resends;
  std::optional<notification::Sender> sender;
  bool to_send = false;                              ///< of the consumer's thread
  std::optional<kit::messaging::Consumer> consumer;  // last: it ends first
};

}  // namespace

int main(int argc, char** argv) {
  notification::EmailOptions email;
  const auto configure = [&email](kit::config::Binder& binder) { notification::bind(binder, email); };
  const auto build = [&email](kit::runtime::Context& context, kit::http::Router& api, kit::http::Router&) {
    auto running = std::make_unique<Running>(context, email);
    notification::api::add_notifications(api, running->notifications, running->resends,
                                         [raw = running.get()] { raw->wake(); });
    kit::docs::add_openapi(api, notification_openapi);
    return running;
  };
  return kit::runtime::run(argc, argv,
                           {.name = "notification",
                            .migrations = notification_migrations,
                            .permissions = contracts::permissions(),
                            .consumers = contracts::consumers(),
                            .configure = configure,
                            .build = build});
}
