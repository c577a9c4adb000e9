#include "operator/shop/observed/observed.hpp"

#include "operator/shop/spec/names.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>
#include <charconv>

namespace shop {
namespace {

int number_at(const kube::Object& object, const char* pointer, int otherwise = 0) {
  const nlohmann::json::json_pointer at(pointer);
  if (!object.contains(at) || !object[at].is_number_integer()) return otherwise;
  return object[at].get<int>();
}

std::string joined(const std::string& reason, const std::string& message) {
  return message.empty() ? reason : reason + ": " + message;
}

}  // namespace

void Observed::add(kube::ObjectPtr object) {
  ObjectId key{kube::text_at(*object, "/kind"), kube::name(*object)};
  objects_[std::move(key)] = std::move(object);
}

const kube::Object* Observed::find(const kube::ResourceType& type, const std::string& name) const {
  auto it = objects_.find({type.kind, name});
  return it == objects_.end() ? nullptr : it->second.get();
}

JobState job_state(const kube::Object* job) {
  JobState state;
  if (!job) return state;
  state.phase = JobState::Phase::Running;
  auto attempt = kube::annotation(*job, attempt_annotation);
  std::from_chars(attempt.data(), attempt.data() + attempt.size(), state.attempt);
  state.attempt = std::max(state.attempt, 1);
  if (kube::has_condition(*job, "Complete")) state.phase = JobState::Phase::Done;
  if (!kube::has_condition(*job, "Failed")) return state;
  const auto* failed = kube::find_condition(*job, "Failed");
  state.phase = JobState::Phase::Failed;
  state.failure = joined(kube::text_at(*failed, "/reason"), kube::text_at(*failed, "/message"));
  state.failed_at = kit::parse_rfc3339(kube::text_at(*failed, "/lastTransitionTime"));
  return state;
}

WorkloadState workload_state(const kube::Object* workload) {
  WorkloadState state;
  if (!workload) return state;
  state.exists = true;
  state.desired = number_at(*workload, "/spec/replicas", 1);
  state.ready = number_at(*workload, "/status/readyReplicas");
  state.image = kube::text_at(*workload, "/spec/template/spec/containers/0/image");
  state.usable = state.ready > 0;
  const auto* progressing = kube::find_condition(*workload, "Progressing");
  bool seen = number_at(*workload, "/status/observedGeneration") >= kube::generation(*workload);
  // Before that the condition is that of an earlier template.
  state.stuck = seen && progressing && kube::text_at(*progressing, "/reason") == "ProgressDeadlineExceeded";
  int total = number_at(*workload, "/status/replicas");
  int updated = number_at(*workload, "/status/updatedReplicas");
  state.converged = seen && updated >= state.desired && total <= updated && state.ready >= state.desired;
  // A StatefulSet's current revision becomes the updated one when the rollout is complete.
  const bool revised = kube::text_at(*workload, "/status/currentRevision") !=
                       kube::text_at(*workload, "/status/updateRevision");
  state.rolling = !state.stuck && (!seen || total > updated || revised);
  return state;
}

}  // namespace shop
