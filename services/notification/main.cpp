#include "services/kit/app/app.hpp"
#include "services/kit/events/consumer.hpp"
#include "services/notification/api/notifications.hpp"
#include "services/notification/mail/sender.hpp"

extern const std::vector<kit::EmbeddedFile> notification_migrations;

namespace {

constexpr const char* QUEUE = "notification.events";

struct Running : kit::app::Running {
  Running(kit::app::Context& context, const notification::EmailOptions& email)
      : notifications(context.database) {
    if (email.enabled()) sender.emplace(email, notifications, context.metrics);
    kit::events::ConsumerOptions options;
    options.broker = context.broker;
    options.queue = QUEUE;
    options.bindings = notification::noticed_types();
    consumer.emplace(
        options, [this](const kit::events::Event& event) { handle(event); }, context.metrics);
    context.health.add({"events", false, [this] { return consumer->probe(); }});
    // Events for which no queue is bound yet go nowhere: a new shop is ready only once this one's is.
    context.health.add({"queue", true, [this, declared = false]() mutable {
                          declared = declared || consumer->probe().empty();
                          return std::string(declared ? "" : "not declared yet");
                        }});
  }

  void handle(const kit::events::Event& event) {
    std::optional<notification::Notice> notice;
    try {
      notice = notification::notice_of(event);
    } catch (const std::invalid_argument& e) {
      throw kit::events::Unreadable(e.what());
    }
    if (notice && notifications.add(event, *notice, sender.has_value()) && sender) sender->wake();
  }

  notification::store::Notifications notifications;
  std::optional<notification::Sender> sender;
  std::optional<kit::events::Consumer> consumer;  // last: it ends first
};

}  // namespace

int main(int argc, char** argv) {
  notification::EmailOptions email;
  const auto configure = [&email](kit::config::Binder& binder) { notification::bind(binder, email); };
  const auto build = [&email](kit::app::Context& context, kit::http::Router& api, kit::http::Router&) {
    auto running = std::make_unique<Running>(context, email);
    notification::api::add_notifications(api, running->notifications);
    return running;
  };
  const auto no_samples = [](kit::app::Context&) {};
  return kit::app::run(argc, argv,
                       {"notification", notification_migrations, {}, configure, build, no_samples});
}
