#include "services/kit/image/bytes.hpp"

#include <optional>

// WebP: RFC 9649; the key frame of VP8: RFC 6386, 9.1
namespace kit::image {
namespace {

using namespace std::string_view_literals;

struct Chunk {
  std::string_view type;
  std::string_view data;
};

struct Size {
  std::uint32_t width, height;
  bool operator==(const Size&) const = default;
};

Chunk next_chunk(Bytes& bytes) {
  Chunk chunk;
  chunk.type = bytes.take(4);
  const auto size = bytes.little_endian(4);
  chunk.data = bytes.take(size);
  if (size % 2 == 1) require(bytes.u8() == 0, "has padding that is not zero");
  return chunk;
}

Size read_lossy(Bytes data) {
  const auto tag = data.little_endian(3);
  const bool key_frame = (tag & 1) == 0;
  const auto version = tag >> 1 & 7;
  const bool shown = (tag >> 4 & 1) == 1;
  require(key_frame && version <= 3 && shown, "has a frame that is not allowed");
  require(data.take(3) == "\x9d\x01\x2a"sv, "has a frame without its start code");
  // The upper two bits say how much larger it is to be shown: nobody does.
  const Size size{data.little_endian(2) & 0x3FFF, data.little_endian(2) & 0x3FFF};
  const auto first_partition = tag >> 5;
  require(first_partition > 0 && first_partition <= data.size(), "ends too early");
  return size;
}

Size read_lossless(Bytes data) {
  require(data.u8() == 0x2F, "has a frame without its start code");
  const auto bits = data.little_endian(4);
  require(bits >> 29 == 0, "has a frame that is not allowed");
  require(!data.empty(), "ends too early");
  return {(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
}

std::optional<Size> read_frame(const Chunk& chunk) {
  if (chunk.type == "VP8 ") return read_lossy(Bytes(chunk.data));
  if (chunk.type == "VP8L") return read_lossless(Bytes(chunk.data));
  return std::nullopt;
}

/// The extended format: the canvas, then the frame with what goes with it.
Size read_extended(const Chunk& first, Bytes& bytes, const Limits& limits) {
  require(first.data.size() == 10, "has a header of a wrong length");
  Bytes data(first.data);
  const auto flags = data.u8();
  require((flags & 2) == 0, "must not be animated");
  data.take(3);  // reserved: to be ignored
  const auto width = data.little_endian(3) + 1;
  const auto height = data.little_endian(3) + 1;
  check_size(width, height, limits);
  std::optional<Size> frame;
  bool profile = false;
  bool alpha = false;
  bool exif = false;
  bool xmp = false;
  while (!bytes.empty()) {
    const auto chunk = next_chunk(bytes);
    if (const auto size = read_frame(chunk)) {
      require(!frame && !(alpha && chunk.type == "VP8L"), "has a second frame");
      require(*size == Size{width, height}, "has a frame of another size than its header says");
      frame = size;
      continue;
    }
    // Each at most once, in its place.
    bool* const seen = chunk.type == "ICCP"   ? &profile
                       : chunk.type == "ALPH" ? &alpha
                       : chunk.type == "EXIF" ? &exif
                       : chunk.type == "XMP " ? &xmp
                                              : nullptr;
    require(seen != nullptr, "has a chunk of an unknown kind");
    const bool before = seen == &profile || seen == &alpha;
    require(!*seen && before == !frame, "has a chunk in a wrong place");
    *seen = true;
  }
  require(frame.has_value(), "has no pixels");
  return *frame;
}

}  // namespace

Info examine_webp(Bytes bytes, const Limits& limits) {
  bytes.take(4);  // "RIFF"
  const auto size = bytes.little_endian(4);
  require(size >= bytes.size(), "must end where its data end");
  require(size == bytes.size(), "ends too early");
  bytes.take(4);  // "WEBP"
  const auto first = next_chunk(bytes);
  if (first.type == "VP8X") {
    const auto canvas = read_extended(first, bytes, limits);
    return {Type::Webp, canvas.width, canvas.height};
  }
  const auto frame = read_frame(first);
  require(frame.has_value(), "has a chunk of an unknown kind");
  require(bytes.empty(), "must end where its data end");
  check_size(frame->width, frame->height, limits);
  return {Type::Webp, frame->width, frame->height};
}

}  // namespace kit::image
