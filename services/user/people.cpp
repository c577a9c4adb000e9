#include "services/user/people.hpp"

#include "services/user/api/people.hpp"

namespace user {

People::People(kit::app::Context& context, kit::http::Router& api) : avatars_(context.database) {
  api::add_avatar(api, avatars_);
}

}  // namespace user
