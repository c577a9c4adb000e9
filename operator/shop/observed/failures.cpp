#include "operator/shop/observed/failures.hpp"

#include "operator/kube/object/text.hpp"
#include "operator/shop/observed/last_lines.hpp"

namespace shop {
namespace {

using Pointer = nlohmann::json::json_pointer;

// Of messages of the scheduler and the API server.
constexpr std::size_t longest_message = 400;

const kube::Object& list_at(const kube::Object& object, const char* pointer) {
  static const kube::Object none = kube::Object::array();
  const Pointer at(pointer);
  return object.contains(at) && object[at].is_array() ? object[at] : none;
}

int number_at(const kube::Object& object, const char* pointer) {
  const Pointer at(pointer);
  return object.contains(at) && object[at].is_number_integer() ? object[at].get<int>() : 0;
}

std::string bounded(const std::string& message) { return kube::cut(message, longest_message); }

bool ready(const kube::Object& container_status) {
  const auto it = container_status.find("ready");
  return it != container_status.end() && it->is_boolean() && it->get<bool>();
}

/// The container of the pod's spec with this name; null when there is none.
const kube::Object* spec_of(const kube::Object& pod, const std::string& name) {
  for (const char* list : {"/spec/containers", "/spec/initContainers"})
    for (const auto& each : list_at(pod, list))
      if (kube::text_at(each, "/name") == name) return &each;
  return nullptr;
}

std::string spec_text(const kube::Object& pod, const std::string& container, const char* pointer) {
  const auto* spec = spec_of(pod, container);
  return spec ? kube::text_at(*spec, pointer) : "";
}

/// Of a container's last end: state.terminated or lastState.terminated.
std::string end_of(const kube::Object& pod, const std::string& name, const kube::Object& terminated) {
  if (kube::text_at(terminated, "/reason") == "OOMKilled") {
    const auto limit = spec_text(pod, name, "/resources/limits/memory");
    return "OOMKilled: container " + name + " needed more than its memory limit" +
           (limit.empty() ? "" : " of " + limit);
  }
  auto text = "Crash: container " + name + " ended with exit code " +
              std::to_string(number_at(terminated, "/exitCode"));
  const auto lines = last_lines(kube::text_at(terminated, "/message"));
  return lines.empty() ? text : text + ": " + lines;
}

/// Null when the container has not ended with a failure.
const kube::Object* failed_end(const kube::Object& status) {
  for (const char* pointer : {"/state/terminated", "/lastState/terminated"}) {
    const Pointer at(pointer);
    if (status.contains(at) && status[at].is_object() && number_at(status[at], "/exitCode") != 0)
      return &status[at];
  }
  return nullptr;
}

std::string image_failure(const kube::Object& pod, const std::string& name, const std::string& waiting) {
  auto image = spec_text(pod, name, "/image");
  if (image.empty()) image = "(unknown)";
  const auto text = "image " + image + " of container " + name;
  // The kubelet alternates between these two, with messages that count.
  if (waiting == "ErrImagePull" || waiting == "ImagePullBackOff")
    return "ImagePull: " + text + " cannot be pulled";
  if (waiting == "ErrImageNeverPull")
    return "ImagePull: " + text + " is not on the node, and pullPolicy is Never";
  if (waiting == "InvalidImageName") return "ImagePull: " + text + " has an invalid name";
  return {};
}

std::string container_failure(const kube::Object& pod, const kube::Object& status) {
  const auto name = kube::text_at(status, "/name");
  const auto waiting = kube::text_at(status, "/state/waiting/reason");
  if (auto image = image_failure(pod, name, waiting); !image.empty()) return image;
  if (waiting == "CreateContainerConfigError" || waiting == "CreateContainerError" ||
      waiting == "RunContainerError")
    return waiting + ": container " + name + ": " +
           bounded(last_lines(kube::text_at(status, "/state/waiting/message")));
  const auto* end = failed_end(status);
  if (!end) return {};
  // Between two crashes it runs for a moment: only a ready container has recovered.
  const bool crashing = waiting == "CrashLoopBackOff" || number_at(status, "/restartCount") >= 2;
  return crashing && !ready(status) ? end_of(pod, name, *end) : "";
}

}  // namespace

std::string pod_failure(const kube::Object& pod) {
  const auto phase = kube::text_at(pod, "/status/phase");
  // An evicted pod has a successor, and the end of a Job's pod is the Job's.
  if (kube::deleting(pod) || phase == "Failed" || phase == "Succeeded") return {};
  const auto* scheduled = kube::find_condition(pod, "PodScheduled");
  if (scheduled && kube::text_at(*scheduled, "/reason") == "Unschedulable")
    return "Unschedulable: " + bounded(kube::text_at(*scheduled, "/message"));
  for (const char* list : {"/status/initContainerStatuses", "/status/containerStatuses"})
    for (const auto& status : list_at(pod, list))
      if (auto failure = container_failure(pod, status); !failure.empty()) return failure;
  return {};
}

std::string refused_pods(const kube::Object& deployment) {
  const auto* failure = kube::find_condition(deployment, "ReplicaFailure");
  if (!failure || kube::text_at(*failure, "/status") != "True") return {};
  auto message = kube::text_at(*failure, "/message");
  // Before that stands the pod's name, which differs from try to try.
  const std::string after = " is forbidden: ";
  if (const auto at = message.find(after); at != std::string::npos) message.erase(0, at + after.size());
  return bounded(kube::text_at(*failure, "/reason") + ": " + message);
}

std::string pending_volume(const kube::Object& claim) {
  if (kube::text_at(claim, "/status/phase") != "Pending") return {};
  const auto storage_class = kube::text_at(claim, "/spec/storageClassName");
  return (storage_class.empty() ? "the cluster's default storage class" : "storage class " + storage_class) +
         " has not provided a volume of " + kube::text_at(claim, "/spec/resources/requests/storage");
}

std::string job_pod_failure(const Observed& observed, const kube::Object& job) {
  std::string newest, failure;
  for (const auto& [id, pod] : observed.all()) {
    if (id.first != "Pod") continue;
    const auto controller = kube::controller_of(*pod);
    if (!controller || controller->uid != kube::uid(job)) continue;
    const auto created = kube::text_at(*pod, "/metadata/creationTimestamp");
    if (!failure.empty() && created < newest) continue;
    for (const auto& status : list_at(*pod, "/status/containerStatuses")) {
      const auto* end = failed_end(status);
      if (!end) continue;
      newest = created;
      failure = end_of(*pod, kube::text_at(status, "/name"), *end);
    }
  }
  return failure;
}

}  // namespace shop
