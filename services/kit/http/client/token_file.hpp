#pragma once
#include <sys/stat.h>

#include <mutex>
#include <string>

namespace kit::http {

/// A token in a file that is replaced from time to time (a projected ServiceAccount token). Read again when
/// the file has changed: one stat() a call. Thread-safe.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  bool configured() const { return !path_.empty(); }
  /// The file's text, trimmed. Throws std::runtime_error, naming the file, when it cannot be read or is
  /// empty.
  std::string token();

 private:
  const std::string path_;
  std::mutex lock_;
  std::string token_;
  struct stat seen_ {};
};

}  // namespace kit::http
