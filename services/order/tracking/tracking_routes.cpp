#include "services/order/tracking/tracking_routes.hpp"

#include "services/order/domain/errors.hpp"

#include <charconv>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr const char* LAST_EVENT_ID = "Last-Event-ID";

}  // namespace

std::int64_t read_last_event_id(const kit::http::Headers& headers) {
  const auto text = headers.get(LAST_EVENT_ID);
  if (!text || text->empty()) return 0;
  std::int64_t id = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, id);
  if (error == std::errc{} && stop == end && id >= 0) return id;
  throw kit::problem::malformed(std::string(LAST_EVENT_ID) + " must be the id of an event")
      .field(LAST_EVENT_ID, "must be the id of an event");
}

void TrackingRoutes::add_to(kit::http::Router& router) const {
  router.get("/api/orders/{id}/events", handler_of(*this, &TrackingRoutes::events));
}

Response TrackingRoutes::events(const Request& request) const {
  history::Position position{{request.id()}, read_last_event_id(request.headers)};
  const auto& principal = request.require_principal();
  const auto order = history::find_followed(database_, position, request.deadline);
  if (!order || !principal.may_act_for(order->owner)) throw OrderNotFound();
  // A browser does not reconnect after a 204.
  if (order->known && order->all_read) return Response::no_content();
  // The id is of another order, or of none: send everything rather than leave something out.
  if (!order->known) position.after = 0;
  auto expired = [principal, revocations = revocations_] {
    return std::chrono::system_clock::now() >= principal.expires ||
           (revocations && revocations->revoked(principal));
  };
  return Response::events(
      [&feed = feed_, position, expired = std::move(expired),
       slot = feed_.slot(principal.user)](std::shared_ptr<kit::http::EventStream> stream) {
        feed.follow({position, expired, slot, std::move(stream)});
      });
}

}  // namespace order::api
