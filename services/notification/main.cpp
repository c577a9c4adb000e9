#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/contracts/revocations.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/notification/api/notification_routes.hpp"
#include "services/notification/errors/problems.hpp"
#include "services/notification/events/event_effects.hpp"
#include "services/notification/sending/sender.hpp"

extern const std::vector<kit::EmbeddedFile> notification_migrations, notification_openapi;

namespace {

/// Members are destroyed in reverse order: the consumer's thread ends before the sender's.
struct Running final : kit::runtime::Running {
  Running(kit::runtime::Context& context, const notification::EmailOptions& email)
      : notifications(context.database),
        resends(context.database, email.enabled()),
        sender(email.enabled() ? std::make_unique<notification::Sender>(email, notifications, context.metrics)
                               : nullptr),
        routes(notifications, resends, [this] { wake(); }),
        consumer({.broker = context.broker,
                  .queue = "notification.events",
                  .bindings = contracts::consumed_types("notification.events")},
                 consume(context.database), context.metrics) {
    kit::messaging::add_check(context.health, consumer);
  }

  kit::messaging::Consumer::Handle consume(kit::db::Database& database) {
    const auto apply = [this](kit::db::Transaction& tx, const kit::messaging::Event& event) {
      // It stays set when the transaction is rolled back: the sender then looks once in vain.
      if (notification::apply_event(tx, event, sender != nullptr)) to_send = true;
    };
    const auto committed = [this] {
      if (std::exchange(to_send, false)) wake();
    };
    return kit::messaging::once(database, "notification", apply, committed);
  }

  void wake() {
    if (sender) sender->wake();
  }

  notification::NotificationStore notifications;
  notification::ResendStore resends;
  std::unique_ptr<notification::Sender> sender;  ///< null without a mail server
  notification::NotificationRoutes routes;
  bool to_send = false;  ///< used by the consumer's thread only
  kit::messaging::Consumer consumer;
};

}  // namespace

int main(int argc, char** argv) {
  notification::EmailOptions email;
  const auto configure = [&email](kit::config::Binder& binder) { notification::bind(binder, email); };
  const auto build = [&email](kit::runtime::Context& context, kit::http::Router& api, kit::http::Router&) {
    auto running = std::make_unique<Running>(context, email);
    running->routes.add_to(api);
    kit::docs::add_openapi(api, notification_openapi);
    return running;
  };
  return kit::runtime::run(argc, argv,
                           {.name = "notification",
                            .migrations = notification_migrations,
                            .permissions = contracts::permissions(),
                            .consumers = contracts::consumers(),
                            .clients = {{"user", ""}},
                            .configure = configure,
                            .build = build,
                            .map_error = notification::problem_of,
                            .revocations = contracts::revocations});
}
