#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kit::http {

/// A request's body spooled to a file while it arrives, so that it takes no memory. The file has no name and
/// is deleted with this object. Written by one thread, then read by any.
class BodyFile {
 public:
  /// In TMPDIR, else /tmp, else in memory. `count` is incremented for its lifetime. Throws std::system_error.
  explicit BodyFile(std::shared_ptr<std::atomic<int>> count);
  ~BodyFile();
  BodyFile(const BodyFile&) = delete;
  BodyFile& operator=(const BodyFile&) = delete;

  /// False when it cannot be written (the disk is full).
  bool append(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  /// At most `count` bytes from `offset`; fewer only at the end. Throws std::system_error.
  std::string read(std::uint64_t offset, std::size_t count) const;

 private:
  const std::shared_ptr<std::atomic<int>> count_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace kit::http
