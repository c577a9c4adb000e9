#include "operator/shop/credentials/key_rotation.hpp"

#include "services/kit/identity/signing_keys.hpp"

#include <algorithm>

namespace shop {
namespace {

using Json = nlohmann::json;

std::int64_t signs_from(const Json& key) {
  const auto it = key.find("nbf");
  return it != key.end() && it->is_number_integer() ? it->get<std::int64_t>() : 0;
}

}  // namespace

Json first_signing_keys(std::int64_t now) {
  auto set = kit::generate_signing_keys(now);
  set["keys"][0]["nbf"] = now;
  return set;
}

Json rotated(Json set, std::int64_t now, const std::string& rotation, const RotationTimes& times) {
  auto& keys = set["keys"];
  // The newest key whose nbf has passed signs; the signing key is the first of the set.
  auto signing = keys.begin();
  for (auto key = keys.begin(); key != keys.end(); ++key)
    if (signs_from(*key) <= now && signs_from(*key) > signs_from(*signing)) signing = key;
  if (signing != keys.begin()) {
    auto key = *signing;
    keys.erase(signing);
    keys.insert(keys.begin(), std::move(key));
  }
  const auto since = signs_from(keys[0]);
  if (now >= since + times.retire)
    keys.erase(std::remove_if(keys.begin() + 1, keys.end(),
                              [&](const Json& key) { return signs_from(key) <= since; }),
               keys.end());
  const bool under_way =
      std::any_of(keys.begin(), keys.end(), [&](const Json& key) { return signs_from(key) > now; });
  const bool requested = !rotation.empty() && set.value("rotated_for", "") != rotation;
  if (!under_way && (requested || now >= since + times.period)) {
    auto key = kit::generate_signing_key(now);
    key["nbf"] = now + times.publish;
    keys.push_back(std::move(key));
    if (requested) set["rotated_for"] = rotation;
  }
  return set;
}

}  // namespace shop
