#include "services/kit/image/bytes.hpp"

#include <optional>
#include <vector>

// JPEG, ITU-T T.81: https://www.w3.org/Graphics/JPEG/itu-t81.pdf
namespace kit::image {
namespace {

enum Marker : std::uint32_t {
  SOF0 = 0xC0,
  SOF2 = 0xC2,
  DHT = 0xC4,
  SOF15 = 0xCF,
  RST0 = 0xD0,
  RST7 = 0xD7,
  SOI = 0xD8,
  EOI = 0xD9,
  SOS = 0xDA,
  DQT = 0xDB,
  DRI = 0xDD,
  APP0 = 0xE0,
  APP15 = 0xEF,
  COM = 0xFE,
};

/// Progressive images have some ten. Hundreds of nearly empty ones make a decoder work for minutes.
constexpr int MAX_SCANS = 64;

struct Frame {
  bool progressive = false;
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint32_t> components;  ///< their ids
};

std::uint32_t next_marker(Bytes& bytes) {
  require(bytes.u8() == 0xFF, "has data between its segments");
  auto code = bytes.u8();
  while (code == 0xFF) code = bytes.u8();  // fill bytes
  return code;
}

Bytes next_segment(Bytes& bytes) {
  const auto length = bytes.big_endian(2);
  require(length >= 2, "has a segment without a length");
  return Bytes(bytes.take(length - 2));
}

Frame read_frame(std::uint32_t marker, Bytes data, const Limits& limits) {
  Frame frame;
  frame.progressive = marker == SOF2;
  require(data.u8() == 8, "must have 8 bits a sample");
  frame.height = data.big_endian(2);
  frame.width = data.big_endian(2);
  check_size(frame.width, frame.height, limits);
  const auto count = data.u8();
  require(count == 1 || count == 3 || count == 4, "must have 1, 3 or 4 components");
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto id = data.u8();
    for (const auto other : frame.components) require(id != other, "has a component twice");
    frame.components.push_back(id);
    const auto sampling = data.u8();
    const auto across = sampling >> 4;
    const auto down = sampling & 15;
    require(across >= 1 && across <= 4 && down >= 1 && down <= 4 && data.u8() <= 3,
            "has a component that is not allowed");
  }
  require(data.empty(), "has a frame header of a wrong length");
  return frame;
}

void check_quantization(Bytes data) {
  require(!data.empty(), "has an empty quantization table");
  while (!data.empty()) {
    const auto head = data.u8();
    require(head >> 4 <= 1 && (head & 15) <= 3, "has a quantization table that is not allowed");
    data.take(head >> 4 == 1 ? 128 : 64);
  }
}

void check_huffman(Bytes data) {
  require(!data.empty(), "has an empty Huffman table");
  while (!data.empty()) {
    const auto head = data.u8();
    require(head >> 4 <= 1 && (head & 15) <= 3, "has a Huffman table that is not allowed");
    std::uint32_t total = 0;
    std::uint32_t room = 1;  ///< codes of the present length that no shorter one begins
    for (int length = 1; length <= 16; ++length) {
      const auto count = data.u8();
      room *= 2;
      require(count <= room, "has a Huffman table with too many codes");
      room -= count;
      total += count;
    }
    require(total >= 1 && total <= 256, "has a Huffman table that is not allowed");
    data.take(total);
  }
}

void check_scan(Bytes data, const Frame& frame) {
  const auto count = data.u8();
  require(count >= 1 && count <= frame.components.size(), "has a scan that is not allowed");
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto id = data.u8();
    bool known = false;
    for (const auto component : frame.components) known = known || component == id;
    const auto tables = data.u8();
    require(known && tables >> 4 <= 3 && (tables & 15) <= 3, "has a scan that is not allowed");
  }
  const auto first = data.u8();
  const auto last = data.u8();
  const auto bits = data.u8();
  const bool good = frame.progressive ? first <= last && last <= 63 && (first != 0 || last == 0) &&
                                            (first == 0 || count == 1) && bits >> 4 <= 13 && (bits & 15) <= 13
                                      : first == 0 && last == 63 && bits == 0;
  require(good && data.empty(), "has a scan that is not allowed");
}

/// Past the entropy-coded data: to the next marker that is no restart.
void skip_scan(Bytes& bytes) {
  bool any = false;
  for (;;) {
    const auto at = bytes.rest().find('\xff');
    require(at != std::string_view::npos && at + 1 < bytes.size(), "ends too early");
    const auto next = static_cast<unsigned char>(bytes.rest()[at + 1]);
    any = any || at > 0;
    if (next != 0 && next != 0xFF && (next < RST0 || next > RST7)) {
      bytes.take(at);
      require(any, "has an empty scan");
      return;
    }
    any = any || next == 0;
    bytes.take(at + (next == 0xFF ? 1 : 2));
  }
}

}  // namespace

Info examine_jpeg(Bytes bytes, const Limits& limits) {
  require(next_marker(bytes) == SOI, "is no proper JPEG");
  std::optional<Frame> frame;
  int scans = 0;
  for (;;) {
    const auto marker = next_marker(bytes);
    if (marker == EOI) break;
    const bool has_length = marker == DHT || marker == DQT || marker == DRI || marker == SOS ||
                            marker == COM || (marker >= APP0 && marker <= APP15) ||
                            (marker >= SOF0 && marker <= SOF15);
    require(has_length, "has a segment of an unknown kind");
    auto data = next_segment(bytes);
    if (marker == DHT) {
      check_huffman(data);
    } else if (marker == DQT) {
      check_quantization(data);
    } else if (marker == DRI) {
      require(data.size() == 2, "has a restart interval of a wrong length");
    } else if (marker == SOS) {
      require(frame.has_value(), "has a scan before its header");
      require(++scans <= MAX_SCANS, "has too many scans");
      check_scan(data, *frame);
      skip_scan(bytes);
    } else if (marker >= SOF0 && marker <= SOF15) {
      require(marker <= SOF2, "must be baseline or progressive, Huffman coded");
      require(!frame, "has several headers");
      frame = read_frame(marker, data, limits);
    }
  }
  require(bytes.empty(), "must end where its data end");
  require(frame && scans > 0, "has no pixels");
  return {Type::Jpeg, frame->width, frame->height};
}

}  // namespace kit::image
