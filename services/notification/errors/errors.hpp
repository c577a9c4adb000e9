#pragma once
#include <exception>
#include <string>

namespace notification {

class NotificationNotFound : public std::exception {
 public:
  const char* what() const noexcept override { return "notification not found"; }
};

/// A mail that cannot be sent again now.
class ResendRefused : public std::exception {
 public:
  ResendRefused(std::string reason, std::string status)
      : reason_(std::move(reason)), status_(std::move(status)) {}
  const char* what() const noexcept override { return reason_.c_str(); }
  const std::string& status() const { return status_; }  ///< of the notification that stands in the way

 private:
  std::string reason_;
  std::string status_;
};

}  // namespace notification
