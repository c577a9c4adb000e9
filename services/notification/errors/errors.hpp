#pragma once
#include <exception>
#include <string>

namespace notification {

struct NotificationNotFound final : std::exception {
  const char* what() const noexcept override { return "notification not found"; }
};

/// A mail that cannot be sent again now.
struct ResendRefused final : std::exception {
  ResendRefused(std::string reason, std::string status)
      : reason(std::move(reason)), status(std::move(status)) {}
  const char* what() const noexcept override { return reason.c_str(); }
  std::string reason;
  std::string status;  ///< of the notification that stands in the way
};

}  // namespace notification
