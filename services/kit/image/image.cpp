#include "services/kit/image/image.hpp"

#include "services/kit/image/bytes.hpp"

#include <array>

namespace kit::image {

std::string_view content_type(Type type) {
  constexpr std::array<std::string_view, 3> names{"image/png", "image/jpeg", "image/webp"};
  return names.at(static_cast<std::size_t>(type));
}

void check_size(std::uint32_t width, std::uint32_t height, const Limits& limits) {
  require(width > 0 && height > 0, "has no pixels");
  if (width > limits.side || height > limits.side)
    throw Bad{"must be at most " + std::to_string(limits.side) + " pixels wide and high"};
  if (std::uint64_t{width} * height > limits.pixels)
    throw Bad{"must have at most " + std::to_string(limits.pixels) + " pixels"};
}

std::variant<Info, Refused> examine(std::string_view bytes, const Limits& limits) {
  try {
    if (bytes.starts_with("\x89PNG")) return examine_png(Bytes(bytes), limits);
    if (bytes.starts_with("\xff\xd8")) return examine_jpeg(Bytes(bytes), limits);
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"))
      return examine_webp(Bytes(bytes), limits);
    return Refused{true, "must be a PNG, JPEG or WebP"};
  } catch (Bad& bad) {
    return Refused{false, std::move(bad.reason)};
  }
}

}  // namespace kit::image
