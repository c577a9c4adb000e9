#include "operator/kube/client/error.hpp"

namespace kube {

namespace {

std::string message_of(int code, const std::string& reason, const std::string& message) {
  std::string out = code == 0 ? reason : std::to_string(code) + (reason.empty() ? "" : " " + reason);
  return message.empty() ? out : out + ": " + message;
}

std::string text(const Object& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

ApiError::ApiError(int code, std::string reason, const std::string& message, Object details)
    : std::runtime_error(message_of(code, reason, message)),
      code_(code),
      reason_(std::move(reason)),
      details_(std::move(details)) {}

bool ApiError::namespace_terminating() const {
  if (code_ != 403 || !details_.is_object()) return false;
  const auto causes = details_.find("causes");
  if (causes == details_.end() || !causes->is_array()) return false;
  for (const auto& cause : *causes) {
    if (cause.is_object() && text(cause, "reason") == "NamespaceTerminating") return true;
  }
  return false;
}

ApiError api_error(int code, const std::string& body) {
  const Object status = Object::parse(body, nullptr, false);
  if (!status.is_object() || text(status, "kind") != "Status") {
    // From a proxy or load balancer, not from the API server.
    return {code, "", body.substr(0, 200)};
  }
  const auto details = status.find("details");
  ApiError error(code, text(status, "reason"), text(status, "message"),
                 details == status.end() ? Object() : *details);
  if (details != status.end() && details->is_object()) {
    const auto seconds = details->find("retryAfterSeconds");
    if (seconds != details->end() && seconds->is_number_integer()) {
      error.set_retry_after(std::chrono::seconds(seconds->get<int>()));
    }
  }
  return error;
}

}  // namespace kube
