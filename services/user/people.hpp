#pragma once
#include "services/kit/app/app.hpp"
#include "services/user/store/avatars.hpp"

namespace user {

/// What people look after themselves, wired: the stores and their routes under /api/customers/me.
class People {
 public:
  People(kit::app::Context& context, kit::http::Router& api);

 private:
  store::Avatars avatars_;
};

}  // namespace user
