#include "services/user/privacy/people.hpp"

#include "services/kit/messaging/inbox.hpp"
#include "services/user/privacy/events.hpp"
#include "services/user/privacy/people_routes.hpp"

namespace user {
namespace {

constexpr const char* QUEUE = "user.events";

}  // namespace

People::People(kit::runtime::Context& context, kit::http::Router& api, api::Accounts& accounts,
               bool verify_email)
    : profiles_(context.database),
      avatars_(context.database),
      tastes_(context.database),
      purchases_(context.database),
      known_(context.database),
      catalog_(known_, context.client("product")) {
  api::add_profile(api, profiles_, verify_email);
  api::add_erasure(api, context.database, accounts);
  api::add_avatar(api, avatars_);
  api::add_favorites(api, tastes_, catalog_);
  api::add_recommendations(api, purchases_, catalog_);
  listen(context);
}

void People::listen(kit::runtime::Context& context) {
  kit::messaging::ConsumerOptions options;
  options.broker = context.broker;
  options.queue = QUEUE;
  options.bindings = events_heard();
  consumer_.emplace(options, kit::messaging::once(context.database, "user", hear), context.metrics);
  kit::messaging::add_checks(context.health, *consumer_);
}

}  // namespace user
