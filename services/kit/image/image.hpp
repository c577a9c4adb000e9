#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// Checks whether untrusted bytes are an image that may be stored and shown. Pure.
namespace kit::image {

enum class Type { Png, Jpeg, Webp };
std::string_view content_type(Type type);  ///< "image/png"

struct Limits {
  std::uint32_t side = 2048;  ///< of width and of height
  std::uint64_t pixels = std::uint64_t{2048} * 2048;
};

struct Info {
  Type type;
  std::uint32_t width;
  std::uint32_t height;
};

struct Refused {
  bool other_type;     ///< not one of the types above; else malformed or too large
  std::string reason;  ///< completes "the image …"
};

/// Walks the whole structure, from the first byte to the last: chunks with their checksums (PNG), segments
/// and scans (JPEG), RIFF chunks (WebP). Nothing may follow the end, so that the bytes are not another file
/// type as well. A PNG's pixels are inflated row by row and must match its header; pixels of the other types
/// are not decoded, but width and height are bounded. Animations are refused. Memory is bounded by the input,
/// time by it and `limits`.
std::variant<Info, Refused> examine(std::string_view bytes, const Limits& limits = {});

}  // namespace kit::image
