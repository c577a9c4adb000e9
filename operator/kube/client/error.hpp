#pragma once
#include "operator/kube/object/object.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace kube {

/// A failed call. `code` is the HTTP status, or 0 without a complete response: no connection, timeout,
/// cancelled.
class ApiError : public std::runtime_error {
 public:
  ApiError(int code, std::string reason, const std::string& message, Object details = nullptr);

  int code() const { return code_; }
  /// The Status object's: "Conflict", "AlreadyExists", "Invalid", "Expired"; of code 0 "Connection",
  /// "Timeout" or "Cancelled".
  const std::string& reason() const { return reason_; }
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
  void set_retry_after(std::chrono::seconds time) { retry_after_ = time; }

  bool not_found() const { return code_ == 404; }
  bool already_exists() const { return code_ == 409 && reason_ == "AlreadyExists"; }
  /// Another client wrote in between, another field manager owns a field, or a precondition failed.
  bool conflict() const { return code_ == 409 && reason_ != "AlreadyExists"; }
  /// The resourceVersion has expired: relist.
  bool gone() const { return code_ == 410 || reason_ == "Expired" || reason_ == "Gone"; }
  /// Refused for its content (schema, CEL, immutable field): a retry will be refused too.
  bool invalid() const { return code_ == 422 || code_ == 400; }
  bool forbidden() const { return code_ == 403; }
  bool unauthorized() const { return code_ == 401; }
  bool no_response() const { return code_ == 0; }
  bool cancelled() const { return code_ == 0 && reason_ == "Cancelled"; }
  /// The namespace is being deleted and takes no new objects.
  bool namespace_terminating() const;
  /// The unchanged call may succeed later.
  bool transient() const { return code_ == 0 || code_ == 429 || code_ >= 500 || conflict(); }

 private:
  int code_;
  std::string reason_;
  Object details_;  // the Status object's
  std::optional<std::chrono::seconds> retry_after_;
};

/// The error of an unsuccessful response, whose body is a Status object or the text of a proxy.
ApiError api_error(int code, const std::string& body);

}  // namespace kube
