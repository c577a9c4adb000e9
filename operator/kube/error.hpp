#pragma once
#include "operator/kube/object.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace kube {

/// A call that failed. `code` is HTTP's, or 0 when there was no (whole) answer: no connection, timeout,
/// cancelled.
class ApiError : public std::runtime_error {
 public:
  ApiError(int code, std::string reason, const std::string& message, Object details = nullptr);

  int code() const { return code_; }
  /// The Status object's: "Conflict", "AlreadyExists", "Invalid", "Expired"; of code 0 "Connection",
  /// "Timeout" or "Cancelled".
  const std::string& reason() const { return reason_; }
  /// The Status object's `details`, or null: `causes` name the fields of an invalid object.
  const Object& details() const { return details_; }
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
  void set_retry_after(std::chrono::seconds time) { retry_after_ = time; }

  bool not_found() const { return code_ == 404; }
  bool already_exists() const { return code_ == 409 && reason_ == "AlreadyExists"; }
  /// Someone else wrote in between, or another field manager owns a field, or a precondition failed.
  bool conflict() const { return code_ == 409 && reason_ != "AlreadyExists"; }
  /// The resourceVersion is too old: list anew.
  bool gone() const { return code_ == 410 || reason_ == "Expired" || reason_ == "Gone"; }
  /// Refused for what it says (schema, CEL, immutable field): the same again will be refused again.
  bool invalid() const { return code_ == 422 || code_ == 400; }
  bool forbidden() const { return code_ == 403; }
  bool unauthorized() const { return code_ == 401; }
  bool no_answer() const { return code_ == 0; }
  bool cancelled() const { return code_ == 0 && reason_ == "Cancelled"; }
  /// The namespace is going: nothing can be created there any more.
  bool namespace_terminating() const;
  /// Worth trying again later, unchanged.
  bool transient() const { return code_ == 0 || code_ == 429 || code_ >= 500 || conflict(); }

 private:
  int code_;
  std::string reason_;
  Object details_;
  std::optional<std::chrono::seconds> retry_after_;
};

/// Of an answer that is no success: its body is a Status object, or whatever a proxy says.
ApiError api_error(int code, const std::string& body);

}  // namespace kube
