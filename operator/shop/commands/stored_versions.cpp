#include "operator/shop/commands/stored_versions.hpp"

#include "operator/shop/spec/names.hpp"
#include "services/kit/encoding/base64.hpp"
#include "services/kit/encoding/sha256.hpp"

namespace shop {
namespace {

using nlohmann::json;

/// The type of a CRD's objects, in their storage version.
kube::ResourceType stored_type(const kube::Object& crd) {
  return {kube::text_at(crd, "/spec/group"), storage_version(crd), kube::text_at(crd, "/spec/names/plural"),
          kube::text_at(crd, "/spec/names/kind"), kube::text_at(crd, "/spec/scope") == "Namespaced"};
}

/// An empty patch: the API server writes an object that it had stored in another version.
bool rewrite(kube::Api& api, const kube::ResourceType& type, const kube::Key& key) {
  try {
    api.merge_patch(type, key, json::object(), {.manager = manager});
    return true;
  } catch (const kube::ApiError& error) {
    if (error.not_found()) return false;  // deleted since the list
    throw;
  }
}

/// The resourceVersion makes it fail when the CRD has changed; repeated unless that changed the storage
/// version.
void set_stored_versions(kube::Api& api, kube::Object crd, const json& versions) {
  const auto& type = kube::types::custom_resource_definition;
  const auto storage = storage_version(crd);
  for (int tried = 1;; ++tried) {
    try {
      api.merge_patch(type, kube::key(crd),
                      {{"metadata", {{"resourceVersion", kube::resource_version(crd)}}},
                       {"status", {{"storedVersions", versions}}}},
                      {.manager = manager, .subresource = "status"});
      return;
    } catch (const kube::ApiError& error) {
      if (!error.conflict() || tried == 5) throw;
      const auto now = api.get(type, kube::key(crd));
      if (!now || storage_version(*now) != storage) throw;
      crd = *now;
    }
  }
}

}  // namespace

std::string storage_version(const kube::Object& crd) {
  for (const auto& each : crd.at("spec").at("versions"))
    if (each.value("storage", false)) return each.value("name", "");
  return "";
}

bool stores_in_storage_version(const kube::Object& crd, const kube::Object& resources) {
  const auto type = stored_type(crd);
  const auto hash = kit::base64(kit::sha256(type.api_version() + "/" + type.kind).substr(0, 8));
  for (const auto& each : resources.value("resources", json::array()))
    if (each.value("name", "") == type.plural) return each.value("storageVersionHash", "") == hash;
  return false;
}

int migrate_stored_versions(kube::Api& api, const kube::Object& crd) {
  const json wanted = json::array({storage_version(crd)});
  const auto stored = crd.value("/status/storedVersions"_json_pointer, wanted);
  if (stored == wanted) return 0;
  const auto type = stored_type(crd);
  int rewritten = 0;
  for (const auto& each : api.list(type, {}).items)
    if (rewrite(api, type, kube::key(each))) ++rewritten;
  set_stored_versions(api, crd, wanted);
  return rewritten;
}

}  // namespace shop
