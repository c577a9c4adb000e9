#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/kit/identity/revocations.hpp"
#include "services/order/tracking/event_feed.hpp"

#include <memory>

namespace order::api {

/// GET /api/orders/{id}/events: the history of the order so far, then new entries, as server-sent events, as
/// long as the access token is valid. The constructor's references must outlive it.
class TrackingRoutes final {
 public:
  using Revocations = std::shared_ptr<const kit::identity::Revocations>;

  /// `revocations` may be null: tokens are valid until they expire.
  TrackingRoutes(kit::db::Database& database, EventFeed& feed, Revocations revocations)
      : database_(database), feed_(feed), revocations_(std::move(revocations)) {}
  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response events(const kit::http::Request& request) const;

  kit::db::Database& database_;
  EventFeed& feed_;
  Revocations revocations_;
};

/// The id in Last-Event-ID; 0 without the header. Throws Problem 400 that names it.
std::int64_t read_last_event_id(const kit::http::Headers& headers);

}  // namespace order::api
