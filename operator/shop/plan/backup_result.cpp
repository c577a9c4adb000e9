#include "operator/shop/plan/backup_result.hpp"

#include <algorithm>
#include <array>

namespace shop {
namespace {

struct Sign {
  const char* text;
  const char* reason;
};

// What stores and the system answer, as pgBackRest quotes it.
constexpr std::array signs{
    Sign{"No space left on device", "StoreFull"},
    Sign{"Disk quota exceeded", "StoreFull"},
    Sign{"StorageFull", "StoreFull"},
    Sign{"QuotaExceeded", "StoreFull"},
    Sign{"[507]", "StoreFull"},
    Sign{"failed with 507", "StoreFull"},
    Sign{"unable to connect", "StoreUnreachable"},
    Sign{"unable to get address", "StoreUnreachable"},
    Sign{"timeout connecting", "StoreUnreachable"},
    Sign{"HostConnectError", "StoreUnreachable"},
    Sign{"certificate", "StoreUnreachable"},
    Sign{"[403]", "StoreRefuses"},
    Sign{"failed with 403", "StoreRefuses"},
    Sign{"failed with 404", "StoreRefuses"},
    Sign{"InvalidAccessKeyId", "StoreRefuses"},
    Sign{"NoSuchBucket", "StoreRefuses"},
};

constexpr std::array reasons{"OtherShopsBackups", "StoreFull",   "NoPgBackRest",
                             "Damaged",           "VolumeInUse", "RecoveryFailed"};

std::string last_line(const std::string& text) {
  const auto start = text.rfind('\n');
  return start == std::string::npos ? text : text.substr(start + 1);
}

}  // namespace

Problem backup_problem(const std::string& message) {
  auto text = message.substr(0, message.find_last_not_of("\n\r ") + 1);
  for (const std::string reason : reasons)
    if (text.starts_with(reason + ": ")) return {reason, text.substr(reason.size() + 2)};
  const auto* sign = std::find_if(signs.begin(), signs.end(), [&](const Sign& each) {
    return text.find(each.text) != std::string::npos;
  });
  text = text.starts_with("Failed: ") ? text.substr(8) : last_line(text);
  if (text.empty()) text = "no message was left";
  return {sign == signs.end() ? "Failed" : sign->reason, text};
}

Json backup_result(const std::string& message, const std::string& ended) {
  const auto parsed = Json::parse(message, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("time") || !parsed["time"].is_string())
    return {{"time", ended}};
  // Only what status has: another field or type would make the API server refuse all of the status.
  Json result = Json::object();
  for (const char* field : {"label", "type", "time", "walStart", "walStop"})
    if (parsed.contains(field) && parsed[field].is_string()) result[field] = parsed[field];
  for (const char* field : {"size", "stored"})
    if (parsed.contains(field) && parsed[field].is_number_integer()) result[field] = parsed[field];
  return result;
}

}  // namespace shop
