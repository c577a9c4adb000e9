#include "services/notification/api/notification_routes.hpp"

#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/http/message/page.hpp"

#include <algorithm>

namespace notification {
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

Ordered render(const NotificationRecord& record) {
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

}  // namespace

void NotificationRoutes::add_to(kit::http::Router& router) const {
  using kit::http::handler_of;
  router.get("/api/notifications", handler_of(*this, &NotificationRoutes::list));
  router.get("/api/notifications/{id}", handler_of(*this, &NotificationRoutes::show));
  router.post("/api/notifications/{id}/resend", handler_of(*this, &NotificationRoutes::resend));
}

Response NotificationRoutes::list(const Request& request) const {
  const auto query = kit::http::PageQuery::of(request);
  const auto status = read_status(request);
  const auto page = notifications_.page(query.after, status, query.limit, request.deadline);
  auto body = Ordered::array();
  for (const auto& record : page.items) body.push_back(render(record));
  auto response = Response::ordered(body);
  std::vector<std::pair<std::string, std::string>> filters;
  if (status) filters.emplace_back("status", *status);
  if (page.next) kit::http::link_next(response, request, query, *page.next, filters);
  return response;
}

Response NotificationRoutes::show(const Request& request) const {
  return Response::ordered(render(notifications_.find(request.id(), request.deadline)));
}

Response NotificationRoutes::resend(const Request& request) const {
  auto key = kit::http::idempotency_key(request);
  if (key) key = std::to_string(request.principal.value().user.value) + "/" + *key;  // keys are per caller
  const auto record = resends_.resend(request.id(), key, request.trace.traceparent(), request.deadline);
  on_resend_();
  auto response = Response::ordered(render(record), 201);
  response.headers.set("Location", "/api/notifications/" + std::to_string(record.id));
  return response;
}

}  // namespace notification
