#include "operator/shop/reconcile/claim.hpp"

#include "operator/shop/status/status.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace shop {
namespace {

constexpr const char* conflict = "Conflict";

/// status.conditions of the Shop with this one.
Json with_conflict(const Json& shop, bool status, const std::string& reason, const std::string& message,
                   std::chrono::system_clock::time_point now) {
  return with_condition(shop, {conflict, status, reason, message}, now).at("conditions");
}

bool is_challenged(const kube::Object& shop) {
  return !kube::text_at(shop, "/status/operator/challenger").empty();
}

}  // namespace

Claims::Decision Claims::decide(const kube::Object& shop) {
  const auto owner = kube::text_at(shop, "/status/operator/owner");
  const auto challenger = kube::text_at(shop, "/status/operator/challenger");
  if (owner.empty()) return {true, Json{{"operator", {{"owner", options_.identity}}}}, {}};
  if (owner == options_.identity) return answer(shop);
  return stand_back(shop, owner, challenger);
}

Claims::Decision Claims::answer(const kube::Object& shop) const {
  // The other one challenges again and again as long as it runs.
  const auto last = kit::parse_rfc3339(kube::text_at(shop, "/status/operator/challengedAt"));
  const std::chrono::milliseconds quiet = 3 * options_.expiry;
  if (is_challenged(shop)) return {true, Json{{"operator", {{"challenger", nullptr}}}}, quiet};
  if (!kube::has_condition(shop, conflict)) return {true, {}, {}};
  const auto now = clocks_.wall();
  if (last && now < *last + quiet)
    return {true, {}, std::chrono::duration_cast<std::chrono::milliseconds>(*last + quiet - now)};
  return {true,
          Json{{"operator", {{"challengedAt", nullptr}}},
               {"conditions",
                with_conflict(shop, false, "SoleOperator", "No other operator manages this Shop", now)}},
          {}};
}

Claims::Decision Claims::stand_back(const kube::Object& shop, const std::string& owner,
                                    const std::string& challenger) {
  const auto now = clocks_.steady();
  const auto remaining = [&](auto since) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(since + options_.expiry - now);
  };
  const std::lock_guard guard(lock_);
  auto known = challenges_.find(kube::key(shop));
  if (challenger != options_.identity) {
    // Answered, or another's: not again at once.
    if (known != challenges_.end() && now < known->second.since + options_.expiry) {
      known->second.open = false;
      return {false, {}, remaining(known->second.since)};
    }
    challenges_[kube::key(shop)] = {now, true};
    const auto message = "Operator " + owner + " manages this Shop, and operator " + options_.identity +
                         " watches it too: limit one of them to other namespaces";
    return {false,
            Json{{"operator",
                  {{"challenger", options_.identity},
                   {"challengedAt", kit::rfc3339(clocks_.wall(), kit::Fraction::None)}}},
                 {"conditions", with_conflict(shop, true, "ManagedElsewhere", message, clocks_.wall())}},
            options_.expiry};
  }
  // A challenge of an earlier process of ours counts from now.
  if (known == challenges_.end() || !known->second.open) {
    challenges_[kube::key(shop)] = {now, true};
    return {false, {}, options_.expiry};
  }
  if (now < known->second.since + options_.expiry) return {false, {}, remaining(known->second.since)};
  kit::log::warn("taking over a Shop whose operator does not answer",
                 {{"shop", kube::key(shop).text()}, {"operator", owner}});
  challenges_.erase(known);
  const auto message = "Operator " + owner + " did not answer; " + options_.identity + " manages this Shop";
  return {
      true,
      Json{{"operator", {{"owner", options_.identity}, {"challenger", nullptr}, {"challengedAt", nullptr}}},
           {"conditions", with_conflict(shop, false, "TakenOver", message, clocks_.wall())}},
      {}};
}

void Claims::forget(const kube::Key& key) {
  const std::lock_guard guard(lock_);
  challenges_.erase(key);
}

}  // namespace shop
