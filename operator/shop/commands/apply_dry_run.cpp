#include "operator/shop/commands/apply_dry_run.hpp"

#include "operator/shop/spec/types.hpp"

#include <set>

namespace shop {
namespace {

constexpr const char* last_applied_annotation = "kubectl.kubernetes.io/last-applied-configuration";
constexpr const char* client_side_manager = "kubectl-client-side-apply";
constexpr const char* no_uid = "00000000-0000-0000-0000-000000000000";

/// The manager that applied the Shop by server-side apply; "" when there is none or more than one.
std::string apply_manager(const kube::Object& live) {
  std::set<std::string> managers;
  for (const auto& each : live.at("metadata").value("managedFields", kube::Object::array()))
    if (kube::text_at(each, "/operation") == "Apply" && kube::text_at(each, "/subresource").empty())
      managers.insert(kube::text_at(each, "/manager"));
  return managers.size() == 1 ? *managers.begin() : "";
}

}  // namespace

kube::Object three_way_patch(const kube::Object& last_applied, const kube::Object& file) {
  auto patch = file;
  if (!last_applied.is_object() || !file.is_object()) return patch;
  for (const auto& [field, before] : last_applied.items()) {
    const auto now = file.find(field);
    if (now == file.end())
      patch[field] = nullptr;
    else
      patch[field] = three_way_patch(before, *now);
  }
  return patch;
}

kube::Object after_apply(kube::Api& api, const std::string& default_namespace, kube::Object file,
                         const std::string& field_manager) {
  if (kube::namespace_of(file).empty()) file["metadata"]["namespace"] = default_namespace;
  file.erase("status");
  const auto live = api.get(shop_type, kube::key(file));
  const auto last_applied = live ? kube::annotation(*live, last_applied_annotation) : "";
  auto applier = field_manager;
  if (live && applier.empty() && last_applied.empty()) applier = apply_manager(*live);
  if (live && applier.empty()) {
    // kubectl keeps annotations of others: the file that it compares always has this map.
    file["metadata"].emplace("annotations", kube::Object::object());
    auto patch = three_way_patch(kube::Object::parse(last_applied, nullptr, false), file);
    patch.erase("status");
    return api.merge_patch(shop_type, kube::key(file), patch,
                           {.manager = client_side_manager, .dry_run = true});
  }
  auto stored =
      api.apply(shop_type, file, {.manager = applier.empty() ? "kubectl" : applier, .dry_run = true});
  if (kube::uid(stored).empty()) stored["metadata"]["uid"] = no_uid;
  return stored;
}

}  // namespace shop
