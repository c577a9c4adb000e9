#include "services/contracts/internal/revocations.hpp"

#include "services/contracts/internal/malformed.hpp"
#include "services/kit/encoding/percent.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <cmath>

namespace contracts {
namespace {

using nlohmann::json;

std::string to_text(double time) {
  const std::chrono::microseconds since(std::llround(time * 1e6));
  return kit::rfc3339(std::chrono::sys_time<std::chrono::microseconds>(since), kit::Fraction::Micros);
}

double to_time(const std::string& text) {
  const auto time = kit::parse_rfc3339(text);
  if (!time) throw Malformed("a time that is none");
  return std::chrono::duration<double>(time->time_since_epoch()).count();
}

}  // namespace

std::string revocations_target(const std::string& since) {
  return "/internal/revocations?since=" + kit::http::percent::encode(since);
}

json to_json(const kit::identity::RevocationList& list) {
  auto users = json::array();
  for (const auto& user : list.users)
    users.push_back({{"id", user.id.value}, {"issued_before", to_text(user.issued_before)}});
  return {{"sessions", list.sessions}, {"users", std::move(users)}, {"next", list.next}};
}

kit::identity::RevocationList read_revocations(const std::string& body) {
  return read_body(body, [](const json& list) {
    kit::identity::RevocationList out;
    out.sessions = list.at("sessions").get<std::vector<std::string>>();
    for (const auto& user : list.at("users"))
      out.users.push_back(
          {{user.at("id").get<std::int64_t>()}, to_time(user.at("issued_before").get<std::string>())});
    out.next = list.value("next", "");
    return out;
  });
}

}  // namespace contracts
