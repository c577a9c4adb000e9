#pragma once
// For tests: an ordinary Shop and its inputs.
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/observed/observed.hpp"

namespace shop::testing {

inline Json shop_object(Json spec = Json::object()) {
  return {{"apiVersion", "shopkeeper.dev/v1alpha1"},
          {"kind", "Shop"},
          {"metadata", {{"name", "shop"}, {"namespace", "shops"}, {"uid", "uid-of-shop"}, {"generation", 1}}},
          {"spec", std::move(spec)}};
}

inline Inputs inputs(Json spec = Json::object()) {
  Inputs in{shop_context(shop_object(std::move(spec)), {"shopkeeper", "1.2.3"}), {}, {}, {}, {}, {}, false};
  for (const auto& name : password_names()) in.passwords[name] = "pw-" + name;
  in.signing_keys =
      R"({"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"k1","x":"eA","d":"c2VjcmV0"}]})"_json;
  in.issuer = {"https://kubernetes.default.svc", R"({"keys":[{"kty":"RSA","kid":"c1"}]})"_json};
  in.database_ca = "certificate of the authority";
  return in;
}

inline void see(Observed& observed, Json object) {
  observed.add(std::make_shared<const Json>(std::move(object)));
}

inline std::string decoded(const Json& secret, const std::string& key) {
  return kube::base64_decode(secret.at("data").at(key).get<std::string>());
}

inline const Json& pod_of(const Json& workload) { return workload.at("spec").at("template").at("spec"); }
inline const Json& container_of(const Json& workload) { return pod_of(workload).at("containers").at(0); }

/// The entry of a list of objects that has this name; null when there is none.
inline Json named(const Json& list, const std::string& name) {
  for (const auto& each : list)
    if (each.at("name") == name) return each;
  return nullptr;
}

}  // namespace shop::testing
