#include "operator/shop/credentials/key_rotation.hpp"

#include "services/kit/identity/signing_keys.hpp"

#include <algorithm>

namespace shop {
namespace {

using Json = nlohmann::json;

constexpr const char* signs_since = "signs_since";
constexpr const char* published_since = "published_since";

std::optional<std::int64_t> time_of(const Json& key, const char* field) {
  const auto it = key.find(field);
  if (it == key.end() || !it->is_number_integer()) return std::nullopt;
  return it->get<std::int64_t>();
}

std::int64_t planned(const Json& key) { return time_of(key, "nbf").value_or(0); }

bool has_signed(const Json& key) { return key.contains(signs_since); }

/// Adds what operators before 1.1 did not record: which keys sign or have signed.
void complete_records(Json& keys, std::int64_t now) {
  if (has_signed(keys[0])) return;
  const auto first = planned(keys[0]);
  for (auto& key : keys)
    if (planned(key) <= first) key[signs_since] = now;
}

/// The key that is published and does not sign yet.
Json::iterator next_key(Json& keys) {
  return std::find_if(keys.begin(), keys.end(), [](const Json& key) { return !has_signed(key); });
}

/// Lets the next key sign once it has been published for long enough.
void promote(Json& keys, std::int64_t now, const std::set<std::string>& published, std::int64_t after) {
  const auto next = next_key(keys);
  if (next == keys.end()) return;
  if (!published.contains(next->value("kid", ""))) {
    next->erase(published_since);
    return;
  }
  const auto since = time_of(*next, published_since);
  if (!since) (*next)[published_since] = now;
  if (!since || now < *since + after) return;
  auto key = *next;
  keys.erase(next);
  key.erase(published_since);
  key[signs_since] = now;
  keys.insert(keys.begin(), std::move(key));
}

}  // namespace

Json first_signing_keys(std::int64_t now) {
  auto set = kit::generate_signing_keys(now);
  set["keys"][0]["nbf"] = now;
  set["keys"][0][signs_since] = now;
  return set;
}

Json rotated(Json set, std::int64_t now, const std::string& rotation, const std::set<std::string>& published,
             const RotationTimes& times) {
  auto& keys = set["keys"];
  complete_records(keys, now);
  promote(keys, now, published, times.publish);
  if (now >= time_of(keys[0], signs_since).value_or(now) + times.retire)
    keys.erase(std::remove_if(keys.begin() + 1, keys.end(), has_signed), keys.end());
  const bool requested = !rotation.empty() && set.value("rotated_for", "") != rotation;
  if (next_key(keys) == keys.end() && (requested || now >= planned(keys[0]) + times.period)) {
    auto key = kit::generate_signing_key(now);
    key["nbf"] = now + times.publish;
    keys.push_back(std::move(key));
    if (requested) set["rotated_for"] = rotation;
  }
  return set;
}

std::optional<std::int64_t> rotation_due(const Json& set, const RotationTimes& times) {
  const auto& keys = set.at("keys");
  std::optional<std::int64_t> due;
  const auto at = [&](std::int64_t time) { due = std::min(due.value_or(time), time); };
  for (auto key = keys.begin() + 1; key < keys.end(); ++key) {
    if (const auto since = time_of(*key, published_since)) at(*since + times.publish);
    if (has_signed(*key)) at(time_of(keys[0], signs_since).value_or(0) + times.retire);
  }
  return due;
}

}  // namespace shop
