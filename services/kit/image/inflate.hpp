#pragma once
#include "services/kit/image/bytes.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace kit::image {

/// Inflates a zlib stream that lies in one or several pieces, as much at a time as is asked for. Throws Bad.
class Inflate {
 public:
  explicit Inflate(std::span<const std::string_view> pieces);
  ~Inflate();
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  /// Fills all of `into`; Bad when the stream ends before.
  void read(std::span<unsigned char> into);
  /// Bad unless the stream ends here, its checksum is right, and nothing comes after it.
  void finish();
  /// Reads on to the end; Bad when that is more than `most` bytes away.
  void drain(std::size_t most);

 private:
  /// How much of `into` was filled; less than all only at the end.
  std::size_t fill(std::span<unsigned char> into);
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace kit::image
