#include "services/order/tracking/tracking_routes.hpp"

#include <charconv>

namespace order::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr const char* LAST = "Last-Event-ID";

constexpr kit::db::Statement LOOK{"tracking_look", R"(
  select o.user_id, exists (select from order_history h where h.order_id = o.id and h.id = $2) as known,
         o.state in ('delivered', 'rejected', 'cancelled') and o.due_at is null
         and not exists (select from order_history h where h.order_id = o.id and h.id > $2) as all_told
  from orders o where o.id = $1)"};

struct Look {
  kit::UserId owner;
  bool known;     ///< the event that the client had last is one of the order's
  bool all_told;  ///< the order is over, and the client has had everything
};

std::optional<Look> look(kit::db::Database& database, const history::Position& position,
                         kit::Deadline deadline) {
  using Found = std::optional<Look>;
  return database.read<Found>("tracking_look", deadline, [&](kit::db::Transaction& tx) -> Found {
    const auto rows = tx.exec(LOOK, position.order.value, position.after);
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    return Look{kit::UserId{row["user_id"].as<std::int64_t>()}, row["known"].as<bool>(),
                row["all_told"].as<bool>()};
  });
}

using Revocations = std::shared_ptr<const kit::identity::Revocations>;

Response events(kit::db::Database& database, Feed& feed, const Revocations& revocations,
                const Request& request) {
  history::Position position{{request.id()}, read_last_event_id(request.headers)};
  const auto& principal = request.principal.value();
  const auto found = look(database, position, request.deadline);
  if (!found || !principal.may_act_for(found->owner)) throw kit::problem::not_found("Order not found");
  // A browser that is answered so does not come back.
  if (found->known && found->all_told) return Response::no_content();
  // Of another order, or of none: rather everything than that something is left out.
  if (!found->known) position.after = 0;
  auto expired = [principal, revocations] {
    return std::chrono::system_clock::now() >= principal.expires ||
           (revocations && revocations->revoked(principal));
  };
  return Response::events([&feed, position, expired = std::move(expired),
                           seat = feed.seat(principal.user)](std::shared_ptr<kit::http::EventStream> stream) {
    feed.follow({position, expired, seat, std::move(stream)});
  });
}

}  // namespace

std::int64_t read_last_event_id(const kit::http::Headers& headers) {
  const auto text = headers.get(LAST);
  if (!text || text->empty()) return 0;
  std::int64_t id = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, id);
  if (error == std::errc{} && stop == end && id >= 0) return id;
  throw kit::problem::malformed(std::string(LAST) + " must be the id of an event")
      .field(LAST, "must be the id of an event");
}

void add_tracking_route(kit::http::Router& router, kit::db::Database& database, Feed& feed,
                        Revocations revocations) {
  router.get("/api/orders/{id}/events",
             [&database, &feed, revocations = std::move(revocations)](const Request& request) {
               return events(database, feed, revocations, request);
             });
}

}  // namespace order::api
