#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kit::http {

/// A request's body that was put into a file while it arrived, so that its size costs no memory. The file has
/// no name and is gone with this. Written by one thread, then read by any.
class BodyFile {
 public:
  /// In TMPDIR, else /tmp; where that cannot be written, in memory. `count` is one more as long as it lives.
  /// Throws std::system_error.
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
