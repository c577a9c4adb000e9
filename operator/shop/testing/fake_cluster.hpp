#pragma once
// For tests: an API server in memory with the controllers of Kubernetes that a Shop waits for.
#include "operator/kube/client/client.hpp"
#include "operator/shop/observed/observed.hpp"
#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/types.hpp"

#include <set>

namespace shop::testing {

/// Thrown in place of the end of the process.
struct Killed {};

class FakeCluster : public kube::Api {
 public:
  using Id = ObjectId;

  /// The process ends after the write of this number (from 1); 0: never.
  int kill_after = 0;
  /// Objects of these kinds are refused.
  std::set<std::string> refused;
  int writes = 0;
  /// Deployments with images of these tags make no progress within their deadline.
  std::set<std::string> broken_tags;
  bool has_pod_monitors = false;  ///< whether the cluster has the Prometheus operator's kinds

  std::optional<kube::Object> get(const kube::ResourceType& type, const kube::Key& key) override {
    auto it = objects.find({type.kind, key.name});
    if (it == objects.end()) return std::nullopt;
    return it->second;
  }
  kube::List list(const kube::ResourceType&, const kube::ListOptions&) override { return {}; }
  kube::Object create(const kube::ResourceType& type, const kube::Object& object) override {
    if (objects.contains(id(type, object))) throw kube::ApiError(409, "AlreadyExists", "it is there");
    return store(type, object, object);
  }
  kube::Object update(const kube::ResourceType& type, const kube::Object& object) override {
    return store(type, object, object);
  }
  kube::Object apply(const kube::ResourceType& type, const kube::Object& object,
                     const kube::ApplyOptions& options) override {
    auto it = objects.find(id(type, object));
    if (options.must_create && it != objects.end()) throw kube::ApiError(409, "Conflict", "it is there");
    auto merged = it == objects.end() ? object : it->second;
    merged.merge_patch(object);
    return store(type, object, merged);
  }
  kube::Object merge_patch(const kube::ResourceType& type, const kube::Key& key, const kube::Object& patch,
                           const kube::PatchOptions&) override {
    auto it = objects.find({type.kind, key.name});
    if (it == objects.end()) throw kube::ApiError(404, "NotFound", "no such object");
    const auto expected = kube::resource_version(patch);
    if (!expected.empty() && expected != kube::resource_version(it->second))
      throw kube::ApiError(409, "Conflict", "the object has been modified");
    auto merged = it->second;
    merged.merge_patch(patch);
    return store(type, it->second, merged);
  }
  bool remove(const kube::ResourceType& type, const kube::Key& key, const std::string& uid) override {
    auto it = objects.find({type.kind, key.name});
    if (it == objects.end()) return false;
    if (!uid.empty() && uid != kube::uid(it->second)) throw kube::ApiError(409, "Conflict", "another uid");
    objects.erase(it);
    count();
    return true;
  }
  kube::Object raw(const std::string& path) override {
    if (path == "/openid/v1/jwks") return R"({"keys":[{"kty":"RSA","kid":"c1"}]})"_json;
    if (path == "/apis/monitoring.coreos.com/v1") {
      if (!has_pod_monitors) throw kube::ApiError(404, "NotFound", "the server could not find the resource");
      return R"({"resources":[{"name":"podmonitors"}]})"_json;
    }
    return {{"issuer", "https://cluster"}};
  }

  kube::Object& at(const std::string& kind, const std::string& name) { return objects.at({kind, name}); }
  std::vector<std::string> names(const std::string& kind) const {
    std::vector<std::string> result;
    for (const auto& [key, object] : objects)
      if (key.first == kind) result.push_back(key.second);
    return result;
  }

  /// Acts as the StatefulSet, Job, Deployment and ingress controllers and the kubelet: all workloads run, all
  /// Jobs complete, the Ingress has an address.
  void run_workloads() {
    for (auto& [key, object] : objects) {
      if (key.first == "StatefulSet" || key.first == "Deployment") {
        int replicas = object["spec"].value("replicas", 1);
        object["status"] = {{"observedGeneration", kube::generation(object)},
                            {"replicas", replicas},
                            {"readyReplicas", replicas},
                            {"updatedReplicas", replicas}};
        const auto image = kube::text_at(object, "/spec/template/spec/containers/0/image");
        if (key.first == "Deployment" && broken_tags.contains(image.substr(image.rfind(':') + 1))) {
          // The former pods keep running beside one that does not become ready.
          object["status"].update(kube::Object{{"replicas", replicas + 1}, {"updatedReplicas", 1}});
          object["status"]["conditions"] = {
              {{"type", "Progressing"}, {"status", "False"}, {"reason", "ProgressDeadlineExceeded"}}};
        }
      }
      if (key.first == "Ingress")
        object["status"] = R"({"loadBalancer":{"ingress":[{"hostname":"shop.test"}]}})"_json;
      if (key.first == "Job" && !object.contains("status")) finish(object, "Complete", "");
    }
  }
  static void finish(kube::Object& job, const std::string& type, const std::string& reason,
                     const std::string& when = "2026-01-01T00:00:00Z") {
    job["status"]["conditions"] = {
        {{"type", type}, {"status", "True"}, {"reason", reason}, {"lastTransitionTime", when}}};
  }

  View view() {
    View view;
    view.shop = [this](const kube::Key& key) -> kube::ObjectPtr {
      auto it = objects.find({"Shop", key.name});
      return it == objects.end() ? nullptr : std::make_shared<const kube::Object>(it->second);
    };
    view.objects = [this](const kube::Object&) { return observed(); };
    return view;
  }
  Observed observed() const {
    Observed result;
    for (const auto& [key, object] : objects)
      if (key.first != "Shop" && !foreign.contains(key))
        result.add(std::make_shared<const kube::Object>(object));
    return result;
  }

  std::map<Id, kube::Object> objects;
  std::set<Id> foreign;  ///< without our label, so not in the caches

 private:
  static Id id(const kube::ResourceType& type, const kube::Object& object) {
    return {type.kind, kube::name(object)};
  }
  void count() {
    if (++writes == kill_after) throw Killed{};
  }
  kube::Object store(const kube::ResourceType& type, const kube::Object& named, kube::Object object) {
    if (refused.contains(type.kind)) throw kube::ApiError(403, "Forbidden", "exceeded quota");
    auto& slot = objects[id(type, named)];
    bool fresh = slot.is_null();
    auto generation = fresh ? 1 : kube::generation(slot);
    if (!fresh && slot.value("spec", kube::Object()) != object.value("spec", kube::Object())) ++generation;
    object["metadata"]["uid"] = fresh ? "uid-" + std::to_string(++uids_) : kube::uid(slot);
    object["metadata"]["generation"] = generation;
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    slot = object;
    count();
    return object;
  }
  int uids_ = 0;
  int version_ = 0;
};

}  // namespace shop::testing
