#include "services/notification/api/notifications.hpp"

#include "services/notification/domain/page.hpp"

#include <charconv>

namespace notification::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using Ordered = nlohmann::ordered_json;

constexpr int DEFAULT_LIMIT = 50;
constexpr int MAX_LIMIT = 200;
constexpr std::string_view STATUSES[] = {"recorded", "pending", "sending", "sent", "uncertain", "failed"};

kit::Problem bad_query(const std::string& field, const std::string& reason) {
  return kit::Problem(400, "Malformed request", field + " " + reason).field(field, reason);
}

int read_limit(const Request& request) {
  const auto text = request.query_value("limit");
  if (!text) return DEFAULT_LIMIT;
  int limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 || limit > MAX_LIMIT)
    throw bad_query("?limit", "must be a whole number from 1 to " + std::to_string(MAX_LIMIT));
  return limit;
}

std::optional<std::int64_t> read_cursor(const Request& request) {
  const auto text = request.query_value("cursor");
  if (!text) return std::nullopt;
  const auto before = decode_cursor(*text);
  if (!before) throw bad_query("?cursor", "must be one that an earlier answer gave");
  return before;
}

std::optional<std::string> read_status(const Request& request) {
  const auto text = request.query_value("status");
  if (!text) return std::nullopt;
  if (std::find(std::begin(STATUSES), std::end(STATUSES), *text) == std::end(STATUSES))
    throw bad_query("?status", "must be recorded, pending, sending, sent, uncertain or failed");
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
  if (record.next_attempt_at) out["next_attempt_at"] = *record.next_attempt_at;
  if (record.sent_at) out["sent_at"] = *record.sent_at;
  if (!record.last_error.empty()) out["last_error"] = record.last_error;
  return out;
}

Response list(store::Notifications& notifications, const Request& request) {
  const int limit = read_limit(request);
  const auto status = read_status(request);
  auto records = notifications.page(read_cursor(request), status, limit + 1, request.deadline);
  const bool more = static_cast<int>(records.size()) > limit;
  if (more) records.pop_back();
  auto body = Ordered::array();
  for (const auto& record : records) body.push_back(render(record));
  Response response;
  response.headers.set("Content-Type", "application/json");
  if (more)
    response.headers.set("Link", "<" + request.pattern + "?limit=" + std::to_string(limit) +
                                     (status ? "&status=" + *status : "") +
                                     "&cursor=" + encode_cursor(records.back().id) + ">; rel=\"next\"");
  response.body = body.dump();
  return response;
}

}  // namespace

void add_notifications(kit::http::Router& router, store::Notifications& notifications) {
  router.get("/api/notifications",
             [&notifications](const Request& request) { return list(notifications, request); });
}

}  // namespace notification::api
