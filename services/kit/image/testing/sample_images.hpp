#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Images made by hand, for tests.
namespace kit::image::test {

std::string big_endian(std::uint32_t value, int bytes = 4);
std::string little_endian(std::uint32_t value, int bytes = 4);

struct Png {
  std::uint32_t width = 3, height = 2;
  int depth = 8, colour = 6;
  bool interlaced = false;
  std::string pixels = {};         ///< rows with their filter bytes; empty: as many zeros as belong there
  std::size_t pieces = 1;          ///< number of IDAT
  std::string before_pixels = {};  ///< further chunks
  std::string after_pixels = {};
  std::string bytes() const;
};
std::string png_chunk(std::string_view type, std::string_view data);
std::string zlib(std::string_view plain);

struct Jpeg {
  std::uint32_t width = 3, height = 2;
  std::uint32_t sof = 0xC0;
  std::uint32_t components = 3;
  int scans = 1;
  std::string entropy = std::string("\x12\xff\x00\x34\xff\xd0\x56", 7);
  std::string bytes() const;
};
std::string jpeg_segment(std::uint32_t marker, std::string_view data);

std::string webp_chunk(std::string_view type, std::string_view data);
std::string webp(std::string_view chunks);
std::string lossy(std::uint32_t width, std::uint32_t height);              ///< a VP8 chunk's data
std::string lossless(std::uint32_t width, std::uint32_t height);           ///< a VP8L chunk's data
std::string canvas(std::uint32_t width, std::uint32_t height, int flags);  ///< a VP8X chunk's data

}  // namespace kit::image::test
