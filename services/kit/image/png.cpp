#include "services/kit/image/bytes.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <span>
#include <vector>

// PNG, third edition: https://www.w3.org/TR/png-3/
namespace kit::image {
namespace {

using namespace std::string_view_literals;

constexpr auto SIGNATURE = "\x89PNG\r\n\x1a\n"sv;
constexpr std::size_t MAX_NOTE = std::size_t{256} * 1024;  ///< colour profile or text, unpacked

/// Inflates a zlib stream that lies in one or several pieces, as much at a time as is asked for. Throws Bad.
class Inflate {
 public:
  explicit Inflate(std::span<const std::string_view> pieces) : pieces_(pieces) {
    if (inflateInit(&z_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflate() { inflateEnd(&z_); }
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

  z_stream z_{};
  std::span<const std::string_view> pieces_;
  bool ended_ = false;
};

std::size_t Inflate::fill(std::span<unsigned char> into) {
  z_.next_out = into.data();
  z_.avail_out = static_cast<uInt>(into.size());
  while (z_.avail_out > 0 && !ended_) {
    if (z_.avail_in == 0 && !pieces_.empty()) {
      const auto piece = pieces_.front();
      pieces_ = pieces_.subspan(1);
      // zlib promises not to write through it; its type is older than const.
      z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      z_.avail_in = static_cast<uInt>(piece.size());
      continue;
    }
    const int result = inflate(&z_, Z_NO_FLUSH);
    if (result == Z_BUF_ERROR) throw Bad{"has compressed data that end too early"};
    if (result != Z_OK && result != Z_STREAM_END) throw Bad{"has broken compressed data"};
    ended_ = result == Z_STREAM_END;
  }
  return into.size() - z_.avail_out;
}

void Inflate::read(std::span<unsigned char> into) {
  if (fill(into) != into.size()) throw Bad{"has fewer pixels than its header says"};
}

void Inflate::finish() {
  std::array<unsigned char, 1> more{};
  if (fill(more) != 0) throw Bad{"has more pixels than its header says"};
  const bool left = z_.avail_in > 0 || std::any_of(pieces_.begin(), pieces_.end(),
                                                   [](std::string_view piece) { return !piece.empty(); });
  if (left) throw Bad{"has data after its pixels"};
}

void Inflate::drain(std::size_t most) {
  std::array<unsigned char, 4096> scratch;
  for (std::size_t count = 0; !ended_;) {
    count += fill(scratch);
    if (count > most) throw Bad{"has a note that is too large when unpacked"};
  }
}

struct Header {
  std::uint32_t width, height, depth, colour;
  bool interlaced;

  std::uint32_t channels() const { return std::array{1U, 0U, 3U, 1U, 2U, 0U, 4U}.at(colour); }
  /// Of so many pixels side by side, with the filter's byte before them.
  std::size_t row_bytes(std::uint32_t pixels) const {
    return 1 + (std::size_t{pixels} * depth * channels() + 7) / 8;
  }
};

struct Chunk {
  std::string_view type;
  std::string_view data;
};

bool letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

Chunk next_chunk(Bytes& bytes) {
  const auto length = bytes.big_endian(4);
  require(bytes.size() >= 8 && length <= bytes.size() - 8, "ends too early");
  const auto covered = bytes.rest().substr(0, 4 + std::size_t{length});
  Chunk chunk{bytes.take(4), bytes.take(length)};
  const auto sum = crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(covered.data()),
                         static_cast<uInt>(covered.size()));
  require(bytes.big_endian(4) == sum, "has a chunk with a wrong checksum");
  for (const char c : chunk.type) require(letter(c), "has a chunk without a proper name");
  return chunk;
}

bool allowed(std::uint32_t colour, std::uint32_t depth) {
  const bool power = depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
  if (colour == 0) return power;
  if (colour == 3) return power && depth <= 8;
  return (colour == 2 || colour == 4 || colour == 6) && (depth == 8 || depth == 16);
}

Header read_header(const Chunk& chunk, const Limits& limits) {
  require(chunk.type == "IHDR" && chunk.data.size() == 13, "does not begin with its header");
  Bytes data(chunk.data);
  Header header{};
  header.width = data.big_endian(4);
  header.height = data.big_endian(4);
  header.depth = data.u8();
  header.colour = data.u8();
  const auto compression = data.u8();
  const auto filter = data.u8();
  const auto interlace = data.u8();
  check_size(header.width, header.height, limits);
  require(allowed(header.colour, header.depth) && compression == 0 && filter == 0 && interlace <= 1,
          "has a header that is not allowed");
  header.interlaced = interlace == 1;
  return header;
}

void check_palette(const Header& header, const Chunk& chunk) {
  const auto entries = chunk.data.size() / 3;
  const auto most = header.colour == 3 ? std::size_t{1} << header.depth : std::size_t{256};
  require(header.colour != 0 && header.colour != 4 && chunk.data.size() % 3 == 0 && entries >= 1 &&
              entries <= most,
          "has a palette that is not allowed");
}

/// A colour profile or text may be compressed, too, and be a bomb of its own.
void check_note(const Chunk& chunk) {
  const bool international = chunk.type == "iTXt";
  if (!international && chunk.type != "iCCP" && chunk.type != "zTXt") return;
  Bytes data(chunk.data);
  const auto skip_text = [&data] {
    const auto end = data.rest().find('\0');
    require(end != std::string_view::npos, "has a note without an end");
    data.take(end + 1);
  };
  skip_text();  // the keyword
  const bool compressed = !international || data.u8() == 1;
  require(data.u8() == 0 || !compressed, "has a note in an unknown compression");
  if (international) {
    skip_text();  // language
    skip_text();  // translated keyword
  }
  if (!compressed) return;
  const std::array<std::string_view, 1> piece{data.rest()};
  Inflate(piece).drain(MAX_NOTE);
}

void check_rows(Inflate& pixels, const Header& header, std::uint32_t width, std::uint32_t height,
                std::vector<unsigned char>& row) {
  if (width == 0 || height == 0) return;
  row.resize(header.row_bytes(width));
  for (std::uint32_t y = 0; y < height; ++y) {
    pixels.read(row);
    require(row[0] <= 4, "has a row with an unknown filter");
  }
}

/// Every pixel is there and no more: of the seven passes of Adam7, or of the one.
void check_pixels(const Header& header, const std::vector<std::string_view>& pieces) {
  struct Pass {
    std::uint32_t x, y, dx, dy;
  };
  constexpr std::array<Pass, 7> adam7{
      {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
  Inflate pixels(pieces);
  std::vector<unsigned char> row;
  if (header.interlaced) {
    for (const auto& [x, y, dx, dy] : adam7)
      check_rows(pixels, header, (header.width + dx - 1 - x) / dx, (header.height + dy - 1 - y) / dy, row);
  } else {
    check_rows(pixels, header, header.width, header.height, row);
  }
  pixels.finish();
}

}  // namespace

Info examine_png(Bytes bytes, const Limits& limits) {
  require(bytes.take(SIGNATURE.size()) == SIGNATURE, "is no proper PNG");
  const Header header = read_header(next_chunk(bytes), limits);
  std::vector<std::string_view> pieces;
  bool palette = false;
  bool pixels_over = false;
  for (;;) {
    const auto chunk = next_chunk(bytes);
    if (chunk.type == "IDAT") {
      require(!pixels_over, "has its pixels in several places");
      pieces.push_back(chunk.data);
      continue;
    }
    pixels_over = !pieces.empty();
    if (chunk.type == "IEND") {
      require(chunk.data.empty(), "has an end with data");
      break;
    }
    if (chunk.type == "PLTE") {
      require(!palette && !pixels_over, "has a palette in a wrong place");
      check_palette(header, chunk);
      palette = true;
      continue;
    }
    require(chunk.type[0] >= 'a', "has a chunk that must be understood and is not known");
    require(chunk.type != "acTL" && chunk.type != "fcTL" && chunk.type != "fdAT", "must not be animated");
    check_note(chunk);
  }
  require(bytes.empty(), "must end where its data end");
  require(!pieces.empty(), "has no pixels");
  require(palette || header.colour != 3, "has no palette");
  check_pixels(header, pieces);
  return {Type::Png, header.width, header.height};
}

}  // namespace kit::image
