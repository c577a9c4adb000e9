#include "services/kit/image/testing/sample_images.hpp"

#include <zlib.h>

// Part of the test program only, by its name.
namespace kit::image::test {
namespace {

std::string byte(std::uint32_t value) { return std::string(1, static_cast<char>(value)); }

std::size_t row(std::uint32_t width, int depth, int colour) {
  const int channels = colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1;
  return 1 + (static_cast<std::size_t>(width) * static_cast<std::size_t>(depth * channels) + 7) / 8;
}

}  // namespace

std::string big_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += byte(value >> shift);
  return out;
}

std::string little_endian(std::uint32_t value, int bytes) {
  const auto out = big_endian(value, bytes);
  return {out.rbegin(), out.rend()};
}

std::string zlib(std::string_view plain) {
  uLongf size = compressBound(plain.size());
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
            plain.size(), 9);
  out.resize(size);
  return out;
}

std::string png_chunk(std::string_view type, std::string_view data) {
  const auto covered = std::string(type) + std::string(data);
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + covered +
         big_endian(static_cast<std::uint32_t>(sum));
}

std::string Png::bytes() const {
  auto plain = pixels;
  if (plain.empty() && !interlaced) plain.resize(row(width, depth, colour) * height);
  if (plain.empty()) {
    constexpr std::uint32_t passes[7][4]{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                         {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    for (const auto& [x, y, dx, dy] : passes) {
      // Counted, not calculated: another way than the parser's.
      std::uint32_t across = 0;
      std::uint32_t down = 0;
      for (auto i = x; i < width; i += dx) ++across;
      for (auto i = y; i < height; i += dy) ++down;
      if (across > 0 && down > 0) plain.resize(plain.size() + row(across, depth, colour) * down);
    }
  }
  const auto packed = zlib(plain);
  std::string out("\x89PNG\r\n\x1a\n", 8);
  out += png_chunk("IHDR", big_endian(width) + big_endian(height) + byte(static_cast<std::uint32_t>(depth)) +
                               byte(static_cast<std::uint32_t>(colour)) + std::string(2, '\0') +
                               byte(interlaced ? 1 : 0));
  out += before_pixels;
  const auto step = packed.size() / pieces + 1;
  for (std::size_t at = 0; at < packed.size(); at += step) out += png_chunk("IDAT", packed.substr(at, step));
  return out + after_pixels + png_chunk("IEND", "");
}

std::string jpeg_segment(std::uint32_t marker, std::string_view data) {
  return "\xff" + byte(marker) + big_endian(static_cast<std::uint32_t>(data.size()) + 2, 2) +
         std::string(data);
}

std::string Jpeg::bytes() const {
  std::string out = "\xff\xd8" + jpeg_segment(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14));
  out += jpeg_segment(0xDB, std::string(1, '\0') + std::string(64, '\1'));
  std::string frame = byte(8) + big_endian(height, 2) + big_endian(width, 2) + byte(components);
  for (std::uint32_t i = 1; i <= components; ++i) frame += byte(i) + byte(0x11) + byte(0);
  out += jpeg_segment(sof, frame);
  out += jpeg_segment(0xC4, std::string(1, '\0') + "\1" + std::string(15, '\0') + "\5");
  const bool progressive = sof == 0xC2;
  std::string scan = byte(components);
  for (std::uint32_t i = 1; i <= components; ++i) scan += byte(i) + byte(0);
  scan += byte(0) + byte(progressive ? 0 : 63) + byte(0);
  for (int i = 0; i < scans; ++i) out += jpeg_segment(0xDA, scan) + entropy;
  return out + "\xff\xd9";
}

std::string webp_chunk(std::string_view type, std::string_view data) {
  return std::string(type) + little_endian(static_cast<std::uint32_t>(data.size())) + std::string(data) +
         std::string(data.size() % 2, '\0');
}

std::string webp(std::string_view chunks) {
  return "RIFF" + little_endian(static_cast<std::uint32_t>(chunks.size()) + 4) + "WEBP" + std::string(chunks);
}

std::string lossy(std::uint32_t width, std::uint32_t height) {
  // A key frame that is shown, first partition of 4 bytes.
  return little_endian(4U << 5 | 1U << 4, 3) + "\x9d\x01\x2a" + little_endian(width, 2) +
         little_endian(height, 2) + "abcdef";
}

std::string lossless(std::uint32_t width, std::uint32_t height) {
  return "\x2f" + little_endian((width - 1) | (height - 1) << 14) + "abcd";
}

std::string canvas(std::uint32_t width, std::uint32_t height, int flags) {
  return byte(static_cast<std::uint32_t>(flags)) + std::string(3, '\0') + little_endian(width - 1, 3) +
         little_endian(height - 1, 3);
}

}  // namespace kit::image::test
