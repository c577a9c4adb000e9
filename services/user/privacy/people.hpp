#pragma once
#include "services/kit/messaging/consumer.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/user/accounts/accounts.hpp"
#include "services/user/profile/avatar_store.hpp"
#include "services/user/profile/profile_store.hpp"
#include "services/user/recommendations/product_client.hpp"
#include "services/user/recommendations/purchase_store.hpp"
#include "services/user/recommendations/taste_store.hpp"

namespace user {

/// What people look after themselves, wired: the stores, their routes under /api/customers/me, and the events
/// that they go by.
class People {
 public:
  People(kit::runtime::Context& context, kit::http::Router& api, api::Accounts& accounts, bool verify_email);

 private:
  void listen(kit::runtime::Context& context);

  store::Profiles profiles_;
  store::Avatars avatars_;
  store::Tastes tastes_;
  store::Purchases purchases_;
  store::KnownProducts known_;
  Catalog catalog_;
  std::optional<kit::messaging::Consumer> consumer_;  // last: it ends first
};

}  // namespace user
