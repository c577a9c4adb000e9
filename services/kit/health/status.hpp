#pragma once
#include <mutex>
#include <string>

namespace kit {

/// What a health check's probe returns: "" when healthy, else why not. Thread-safe.
class Status {
 public:
  explicit Status(std::string text) : text_(std::move(text)) {}
  void set(std::string text) {
    const std::lock_guard guard(lock_);
    text_ = std::move(text);
  }
  std::string text() const {
    const std::lock_guard guard(lock_);
    return text_;
  }

 private:
  mutable std::mutex lock_;
  std::string text_;
};

}  // namespace kit
