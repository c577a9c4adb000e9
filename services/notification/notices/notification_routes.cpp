#include "services/notification/notices/notification_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/page.hpp"

#include <algorithm>

namespace notification::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

constexpr std::string_view STATUSES[] = {"recorded",  "pending", "sending",  "sent",
                                         "uncertain", "failed",  "cancelled"};

std::optional<std::string> read_status(const Request& request) {
  const auto text = request.query_value("status");
  if (!text) return std::nullopt;
  if (std::find(std::begin(STATUSES), std::end(STATUSES), *text) == std::end(STATUSES))
    throw kit::http::bad_query("?status",
                               "must be recorded, pending, sending, sent, uncertain, failed or cancelled");
  return std::string(*text);
}

Ordered render(const store::Record& record) {
  Ordered out = {{"id", record.id},
                 {"event_id", record.event_id},
                 {"kind", record.kind},
                 {"about", record.about},
                 {"to", {{"name", record.to.name}, {"email", record.to.email}}},
                 {"status", record.status},
                 {"attempts", record.attempts},
                 {"created_at", record.created_at}};
  if (record.user) out["user_id"] = *record.user;
  if (record.resend_of) out["resend_of"] = *record.resend_of;
  if (record.next_attempt_at) out["next_attempt_at"] = *record.next_attempt_at;
  if (record.sent_at) out["sent_at"] = *record.sent_at;
  if (!record.last_error.empty()) out["last_error"] = record.last_error;
  return out;
}

Response list(store::Notifications& notifications, const Request& request) {
  const auto query = kit::http::PageQuery::of(request);
  const auto status = read_status(request);
  auto records = notifications.page(query.after, status, query.limit + 1, request.deadline);
  const bool more = static_cast<int>(records.size()) > query.limit;
  if (more) records.pop_back();
  auto body = Ordered::array();
  for (const auto& record : records) body.push_back(render(record));
  auto response = Response::ordered(body);
  std::vector<std::pair<std::string, std::string>> filters;
  if (status) filters.emplace_back("status", *status);
  if (more) kit::http::link_next(response, request, query, records.back().id, filters);
  return response;
}

kit::Problem not_found() { return kit::problem::not_found("Notification not found"); }

Response one(store::Notifications& notifications, const Request& request) {
  const auto record = notifications.find(request.id(), request.deadline);
  if (!record) throw not_found();
  return Response::ordered(render(*record));
}

Response resend(store::Resends& resends, const std::function<void()>& added, const Request& request) {
  auto key = kit::http::idempotency_key(request);
  // Each has keys of his own.
  if (key) key = std::to_string(request.principal.value().user.value) + "/" + *key;
  const auto outcome = resends.resend(request.id(), key, request.trace.traceparent(), request.deadline);
  if (std::holds_alternative<store::Resends::NotFound>(outcome)) throw not_found();
  if (std::holds_alternative<store::Resends::KeyReused>(outcome)) throw kit::http::key_reused();
  if (const auto* refused = std::get_if<store::Resends::Refused>(&outcome))
    throw kit::problem::conflict("Cannot be sent again", refused->why).with("state", refused->status);
  added();
  const auto& record = std::get<store::Record>(outcome);
  auto response = Response::ordered(render(record), 201);
  response.headers.set("Location", "/api/notifications/" + std::to_string(record.id));
  return response;
}

}  // namespace

void add_notifications(kit::http::Router& router, store::Notifications& notifications,
                       store::Resends& resends, std::function<void()> added) {
  router.get("/api/notifications",
             [&notifications](const Request& request) { return list(notifications, request); });
  router.get("/api/notifications/{id}",
             [&notifications](const Request& request) { return one(notifications, request); });
  router.post("/api/notifications/{id}/resend", [&resends, added = std::move(added)](const Request& request) {
    return resend(resends, added, request);
  });
}

}  // namespace notification::api
