#include "operator/shop/observed/job_result.hpp"

#include <utility>

namespace shop {
namespace {

const kube::Object* terminated(const kube::Object& pod) {
  static const nlohmann::json::json_pointer at("/status/containerStatuses/0/state/terminated");
  return pod.contains(at) ? &pod.at(at) : nullptr;
}

}  // namespace

std::string job_result(const Observed& observed, const std::string& job) {
  std::pair<bool, std::string> best;  // whether it succeeded, and when it ended
  std::string result;
  for (const auto& [id, object] : observed.all()) {
    const auto* end = id.first == "Pod" ? terminated(*object) : nullptr;
    if (!end) continue;
    const auto labels = kube::labels(*object);
    const auto of_job = labels.find("job-name");
    if (of_job == labels.end() || of_job->second != job) continue;
    std::pair<bool, std::string> rank{kube::text_at(*object, "/status/phase") == "Succeeded",
                                      kube::text_at(*end, "/finishedAt")};
    if (rank < best) continue;
    best = std::move(rank);
    result = kube::text_at(*end, "/message");
  }
  return result;
}

}  // namespace shop
