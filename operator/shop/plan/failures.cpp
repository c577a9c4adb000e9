// Problems of pods, volumes and rollouts that the controllers of Kubernetes report.
#include "operator/shop/observed/failures.hpp"

#include "operator/shop/plan/steps.hpp"
#include "services/kit/time/rfc3339.hpp"

namespace shop {
namespace {

using namespace std::chrono_literals;

// Shorter than this it is no failure that a StatefulSet or Job has no pod, or a claim no volume.
constexpr auto patience = 60s;

/// Whether the object is old enough to be reported; else the plan looks again when it is.
bool overdue(const PlanInputs& at, const kube::Object& object, StepResult& result) {
  const auto created = kit::parse_rfc3339(kube::text_at(object, "/metadata/creationTimestamp"));
  if (!created) return false;
  const auto left = *created + patience - at.now;
  if (left <= 0s) return true;
  result.requeue_in(std::chrono::duration_cast<std::chrono::milliseconds>(left) + 100ms);
  return false;
}

int count_at(const kube::Object& object, const char* pointer, int otherwise) {
  const nlohmann::json::json_pointer at(pointer);
  return object.contains(at) && object[at].is_number_integer() ? object[at].get<int>() : otherwise;
}

/// Whether the controller has seen the object and there is no pod. Neither a StatefulSet nor a Job has a
/// condition about refused pods.
bool without_pods(const std::string& kind, const kube::Object& object) {
  if (kind == "StatefulSet")
    return count_at(object, "/spec/replicas", 1) > 0 && count_at(object, "/status/replicas", -1) == 0;
  return kind == "Job" && object.contains("/status/startTime"_json_pointer) &&
         count_at(object, "/status/active", 0) == 0 && count_at(object, "/status/failed", 0) == 0 &&
         job_state(&object).phase == JobState::Phase::Running;
}

/// The shop works without them; the condition BackupHealthy reports their failures.
bool of_backup(const kube::Object& object) {
  const auto component = kube::text_at(object, "/metadata/labels/app.kubernetes.io~1component");
  return component.ends_with("-backup") || component.ends_with("-verify");
}

void add_failures(const PlanInputs& at, const ObjectId& id, const kube::Object& object, StepResult& result) {
  const auto name = id.first + " " + id.second;
  const auto report = [&](const char* reason, const std::string& text) {
    if (!text.empty()) result.problems.push_back({reason, name + ": " + text});
  };
  if (id.first == "Pod") report("PodFailing", pod_failure(object));
  if (id.first == "Deployment") {
    report("PodsRefused", refused_pods(object));
    if (object.contains("/spec/paused"_json_pointer) && object["/spec/paused"_json_pointer] == true)
      report("RolloutPaused", "its rollout is paused; kubectl rollout resume deployment/" + id.second);
  }
  if (id.first == "PersistentVolumeClaim") {
    const auto pending = pending_volume(object);
    if (!pending.empty() && overdue(at, object, result)) report("VolumePending", pending);
  }
  if (without_pods(id.first, object) && overdue(at, object, result))
    report("PodsRefused",
           "it has no pod: quota or admission may refuse it; kubectl describe shows its Events");
}

}  // namespace

StepResult plan_failures(const PlanInputs& at) {
  StepResult result;
  for (const auto& [id, object] : at.observed.all())
    if (!kube::deleting(*object) && !of_backup(*object)) add_failures(at, id, *object, result);
  return result;
}

}  // namespace shop
