#pragma once
#include "services/kit/app/app.hpp"
#include "services/kit/events/consumer.hpp"
#include "services/user/api/accounts.hpp"
#include "services/user/peers/catalog.hpp"
#include "services/user/store/avatars.hpp"
#include "services/user/store/profiles.hpp"
#include "services/user/store/purchases.hpp"
#include "services/user/store/tastes.hpp"

namespace user {

/// What people look after themselves, wired: the stores, their routes under /api/customers/me, and the events
/// that they go by.
class People {
 public:
  People(kit::app::Context& context, kit::http::Router& api, api::Accounts& accounts, bool verify_email);

 private:
  void listen(kit::app::Context& context);

  store::Profiles profiles_;
  store::Avatars avatars_;
  store::Tastes tastes_;
  store::Purchases purchases_;
  store::KnownProducts known_;
  Catalog catalog_;
  std::optional<kit::events::Consumer> consumer_;  // last: it ends first
};

}  // namespace user
