#pragma once
#include "services/kit/image/image.hpp"

#include <cstddef>
#include <exception>

namespace kit::image {

/// Why an image is refused, for Refused::reason.
struct Bad : std::exception {
  explicit Bad(std::string reason) : reason(std::move(reason)) {}
  std::string reason;
};

/// Reads forward through bytes, never past their end: throws Bad there.
class Bytes {
 public:
  explicit Bytes(std::string_view all) : rest_(all) {}

  bool empty() const { return rest_.empty(); }
  std::size_t size() const { return rest_.size(); }
  std::string_view rest() const { return rest_; }

  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw Bad{"ends too early"};
    const auto out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }
  std::uint32_t u8() { return static_cast<unsigned char>(take(1)[0]); }
  std::uint32_t big_endian(std::size_t count) {
    std::uint32_t out = 0;
    for (const char c : take(count)) out = out << 8 | static_cast<unsigned char>(c);
    return out;
  }
  std::uint32_t little_endian(std::size_t count) {
    std::uint32_t out = 0;
    int shift = 0;
    for (const char c : take(count)) {
      out |= std::uint32_t{static_cast<unsigned char>(c)} << shift;
      shift += 8;
    }
    return out;
  }

 private:
  std::string_view rest_;
};

inline void require(bool good, const char* reason) {
  if (!good) throw Bad{reason};
}

/// Throws Bad unless there are pixels, and not more than `limits` allows.
void check_size(std::uint32_t width, std::uint32_t height, const Limits& limits);

// Each is given all the bytes, the signature included, and throws Bad.
Info examine_png(Bytes bytes, const Limits& limits);
Info examine_jpeg(Bytes bytes, const Limits& limits);
Info examine_webp(Bytes bytes, const Limits& limits);

}  // namespace kit::image
