#include "services/kit/image/image.hpp"

#include "services/kit/image/testing/sample_images.hpp"

#include <random>

#include <gtest/gtest.h>

namespace kit::image {
namespace {

using namespace test;

constexpr const char* TOO_LARGE = "must be at most 2048 pixels wide and high";
constexpr const char* MORE_PIXELS = "has more pixels than its header says";
constexpr const char* LARGE_NOTE = "has a note that is too large when unpacked";
constexpr const char* TRAILING = "must end where its data end";

/// "image/png 3x2", or why it is refused.
std::string outcome(const std::string& bytes) {
  // A copy of exactly its size, so that ASan sees each byte read past the end.
  const std::vector<char> exact(bytes.begin(), bytes.end());
  const auto result = examine({exact.data(), exact.size()});
  if (const auto* refused = std::get_if<Refused>(&result)) return refused->reason;
  const auto& info = std::get<Info>(result);
  return std::string(content_type(info.type)) + " " + std::to_string(info.width) + "x" +
         std::to_string(info.height);
}

TEST(Png, AcceptsEveryVariant) {
  for (const auto& [colour, depths] : std::map<int, std::vector<int>>{
           {0, {1, 2, 4, 8, 16}}, {2, {8, 16}}, {3, {1, 2, 4, 8}}, {4, {8, 16}}, {6, {8, 16}}})
    for (const int depth : depths)
      for (const bool interlaced : {false, true})
        for (const auto& [width, height] : {std::pair{1U, 1U}, {3U, 2U}, {5U, 9U}, {33U, 17U}}) {
          Png png{width, height, depth, colour, interlaced};
          if (colour == 3) png.before_pixels = png_chunk("PLTE", "rgbRGB");
          png.pieces = 3;
          EXPECT_EQ(outcome(png.bytes()),
                    "image/png " + std::to_string(width) + "x" + std::to_string(height));
        }
  EXPECT_EQ(outcome(Png{2048, 2048, 8, 6}.bytes()), "image/png 2048x2048");
  const std::string text("Comment\0\0", 9);
  EXPECT_EQ(outcome(Png{.before_pixels = png_chunk("zTXt", text + zlib("hello")),
                        .after_pixels = png_chunk("tEXt", "a")}
                        .bytes()),
            "image/png 3x2");
}

TEST(Png, RejectsPixelsThatDoNotMatchTheHeader) {
  const auto size = std::size_t{2} * 13;
  EXPECT_EQ(outcome(Png{.pixels = std::string(size, '\0')}.bytes()), "image/png 3x2");
  EXPECT_EQ(outcome(Png{.pixels = std::string(size - 1, '\0')}.bytes()),
            "has fewer pixels than its header says");
  EXPECT_EQ(outcome(Png{.pixels = std::string(size + 1, '\0')}.bytes()), MORE_PIXELS);
  EXPECT_EQ(outcome(Png{.pixels = std::string(size, '\5')}.bytes()), "has a row with an unknown filter");
  EXPECT_EQ(outcome(Png{.before_pixels = png_chunk("IDAT", "broken")}.bytes()), "has broken compressed data");
  EXPECT_EQ(outcome(Png{.after_pixels = png_chunk("IDAT", "more")}.bytes()), "has data after its pixels");
}

TEST(Png, RejectsDecompressionBombs) {
  EXPECT_EQ(outcome(Png{2049, 1, 1, 0}.bytes()), TOO_LARGE);
  EXPECT_EQ(outcome(Png{1, 0x7FFFFFFF, 1, 0, false, "x"}.bytes()), TOO_LARGE);
  EXPECT_EQ(outcome(Png{0, 1, 8, 0, false, "x"}.bytes()), "has no pixels");
  // Small by its header, 50 MB when unpacked: found out after the first rows.
  EXPECT_EQ(outcome(Png{.pixels = std::string(50'000'000, '\0')}.bytes()), MORE_PIXELS);
  const std::string name("name\0\0", 6);
  const auto bomb = zlib(std::string(10'000'000, 'x'));
  for (const auto* type : {"zTXt", "iCCP"})
    EXPECT_EQ(outcome(Png{.before_pixels = png_chunk(type, name + bomb)}.bytes()), LARGE_NOTE);
  EXPECT_EQ(outcome(Png{.before_pixels = png_chunk("iTXt", std::string("k\0\1\0en\0k\0", 9) + bomb)}.bytes()),
            LARGE_NOTE);
  const auto limited = examine(Png{40, 40, 8, 0}.bytes(), {100, 1000});
  EXPECT_EQ(std::get<Refused>(limited).reason, "must have at most 1000 pixels");
}

TEST(Png, RejectsMalformedChunks) {
  const auto with = [](const std::string& before, const std::string& after = {}) {
    return outcome(Png{.before_pixels = before, .after_pixels = after}.bytes());
  };
  EXPECT_EQ(with(png_chunk("acTL", "12345678")), "must not be animated");
  EXPECT_EQ(with(png_chunk("ABCD", "")), "has a chunk that must be understood and is not known");
  EXPECT_EQ(with(png_chunk("a<b>", "")), "has a chunk without a proper name");
  EXPECT_EQ(with(png_chunk("PLTE", "")), "has a palette that is not allowed");
  EXPECT_EQ(with(png_chunk("PLTE", "1234")), "has a palette that is not allowed");
  EXPECT_EQ(with("", png_chunk("PLTE", "123")), "has a palette in a wrong place");
  EXPECT_EQ(with(png_chunk("IEND", "")), TRAILING);
  EXPECT_EQ(with(png_chunk("IHDR", std::string(13, '\0'))),
            "has a chunk that must be understood and is not known");
  EXPECT_EQ(outcome(Png{3, 2, 8, 3}.bytes()), "has no palette");
  EXPECT_EQ(outcome(Png{3, 2, 4, 6, false, "x"}.bytes()), "has a header that is not allowed");
  EXPECT_EQ(outcome(Png{}.bytes() + "PK\3\4"), TRAILING);
  auto flipped = Png{}.bytes();
  flipped[20] ^= 1;
  EXPECT_EQ(outcome(flipped), "has a chunk with a wrong checksum");
  EXPECT_EQ(outcome("\x89PNG\r\n\x1a\r rest"), "is no proper PNG");
}

TEST(Jpeg, AcceptsEveryVariant) {
  for (const std::uint32_t sof : {0xC0, 0xC1, 0xC2})
    for (const std::uint32_t components : {1, 3, 4})
      EXPECT_EQ(outcome(Jpeg{.width = 640, .height = 480, .sof = sof, .components = components}.bytes()),
                "image/jpeg 640x480");
  EXPECT_EQ(outcome(Jpeg{.sof = 0xC2, .scans = 64}.bytes()), "image/jpeg 3x2");
}

TEST(Jpeg, RejectsMalformedImages) {
  EXPECT_EQ(outcome(Jpeg{.width = 65535, .height = 65535}.bytes()), TOO_LARGE);
  EXPECT_EQ(outcome(Jpeg{.height = 0}.bytes()), "has no pixels");
  EXPECT_EQ(outcome(Jpeg{.scans = 0}.bytes()), "has no pixels");
  EXPECT_EQ(outcome(Jpeg{.sof = 0xC2, .scans = 65}.bytes()), "has too many scans");
  EXPECT_EQ(outcome(Jpeg{.sof = 0xC3}.bytes()), "must be baseline or progressive, Huffman coded");
  EXPECT_EQ(outcome(Jpeg{.sof = 0xC9}.bytes()), "must be baseline or progressive, Huffman coded");
  EXPECT_EQ(outcome(Jpeg{.components = 2}.bytes()), "must have 1, 3 or 4 components");
  EXPECT_EQ(outcome(Jpeg{.entropy = ""}.bytes()), "has an empty scan");
  EXPECT_EQ(outcome(Jpeg{}.bytes() + "<script>"), TRAILING);
  const std::string start = "\xff\xd8";
  EXPECT_EQ(outcome(start + "\xff\xd9"), "has no pixels");
  EXPECT_EQ(outcome(start + "GIF89a"), "has data between its segments");
  EXPECT_EQ(outcome(start + std::string("\xff\xe0\0\1", 4)), "has a segment without a length");
  EXPECT_EQ(outcome(start + "\xff\x02"), "has a segment of an unknown kind");
  EXPECT_EQ(outcome(start + jpeg_segment(0xC4, std::string(1, '\0') + "\3" + std::string(15, '\0') + "abc")),
            "has a Huffman table with too many codes");
  EXPECT_EQ(outcome(start + jpeg_segment(0xDA, "abc")), "has a scan before its header");
  auto twice = Jpeg{}.bytes();
  const auto frame = twice.find("\xff\xc0");
  twice.insert(frame, twice.substr(frame, 19));
  EXPECT_EQ(outcome(twice), "has several headers");
}

TEST(Webp, AcceptsEveryVariant) {
  EXPECT_EQ(outcome(webp(webp_chunk("VP8 ", lossy(30, 20)))), "image/webp 30x20");
  EXPECT_EQ(outcome(webp(webp_chunk("VP8L", lossless(30, 20)))), "image/webp 30x20");
  EXPECT_EQ(outcome(webp(webp_chunk("VP8X", canvas(30, 20, 0x3C)) + webp_chunk("ICCP", "abc") +
                         webp_chunk("ALPH", "abcd") + webp_chunk("VP8 ", lossy(30, 20)) +
                         webp_chunk("EXIF", "e") + webp_chunk("XMP ", "x"))),
            "image/webp 30x20");
}

TEST(Webp, RejectsMalformedImages) {
  const auto vp8 = webp_chunk("VP8 ", lossy(30, 20));
  const auto vp8x = webp_chunk("VP8X", canvas(30, 20, 0));
  EXPECT_EQ(outcome(webp(webp_chunk("VP8 ", lossy(2049, 1)))), TOO_LARGE);
  EXPECT_EQ(outcome(webp(webp_chunk("VP8L", lossless(16384, 16384)))), TOO_LARGE);
  EXPECT_EQ(outcome(webp(webp_chunk("VP8X", canvas(1U << 24, 1, 0)) + vp8)), TOO_LARGE);
  EXPECT_EQ(outcome(webp(webp_chunk("VP8 ", lossy(0, 20)))), "has no pixels");
  EXPECT_EQ(outcome(webp(webp_chunk("VP8X", canvas(30, 20, 2)) + vp8)), "must not be animated");
  EXPECT_EQ(outcome(webp(webp_chunk("VP8X", canvas(3, 2, 0)) + vp8)),
            "has a frame of another size than its header says");
  EXPECT_EQ(outcome(webp(vp8x)), "has no pixels");
  EXPECT_EQ(outcome(webp(vp8x + vp8 + vp8)), "has a second frame");
  EXPECT_EQ(outcome(webp(vp8x + vp8 + webp_chunk("ICCP", ""))), "has a chunk in a wrong place");
  EXPECT_EQ(outcome(webp(vp8x + webp_chunk("EVIL", "") + vp8)), "has a chunk of an unknown kind");
  EXPECT_EQ(outcome(webp(vp8 + vp8)), TRAILING);
  EXPECT_EQ(outcome(webp(vp8) + "x"), TRAILING);
  EXPECT_EQ(outcome(webp(webp_chunk("VP8 ", "abc"))), "has a frame that is not allowed");
  EXPECT_EQ(outcome(webp("")), "ends too early");
}

TEST(Image, RejectsOtherFileTypes) {
  for (const std::string other : {"", "x", "GIF89a", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                                  "RIFF1234WAVE", "%PDF-1.7", "\x89PN", "\xff"}) {
    const auto result = examine(other);
    ASSERT_TRUE(std::holds_alternative<Refused>(result)) << other;
    EXPECT_TRUE(std::get<Refused>(result).other_type) << other;
  }
}

std::vector<std::string> samples() {
  return {Png{5, 9, 8, 6, true, {}, 3, png_chunk("iTXt", std::string("k\0\1\0en\0k\0", 9) + zlib("text"))}
              .bytes(),
          Png{.depth = 8, .colour = 3, .before_pixels = png_chunk("PLTE", "rgbRGB")}.bytes(),
          Jpeg{}.bytes(),
          Jpeg{.sof = 0xC2, .scans = 3}.bytes(),
          webp(webp_chunk("VP8 ", lossy(30, 20))),
          webp(webp_chunk("VP8X", canvas(30, 20, 0x3C)) + webp_chunk("ICCP", "abc") +
               webp_chunk("ALPH", "abcd") + webp_chunk("VP8 ", lossy(30, 20)) + webp_chunk("EXIF", "e"))};
}

TEST(Image, RejectsTruncatedImages) {
  for (const auto& whole : samples()) {
    ASSERT_TRUE(outcome(whole).starts_with("image/"));
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_FALSE(outcome(whole.substr(0, length)).starts_with("image/"))
          << length << " of " << whole.size();
  }
}

TEST(Image, SurvivesAnyFlippedBit) {
  for (const auto& whole : samples())
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      auto flipped = whole;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      const bool taken = outcome(flipped).starts_with("image/");
      // A PNG's checksums see every bit.
      EXPECT_FALSE(taken && whole[1] == 'P') << bit;
    }
}

TEST(Image, SurvivesNoiseAfterAValidBeginning) {
  std::mt19937 random(20240611);
  const auto all = samples();
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = all[random() % all.size()];
    for (auto changes = 1 + random() % 8; changes > 0; --changes) {
      const auto at = random() % bytes.size();
      if (random() % 4 == 0) {
        bytes.erase(at, random() % 16);
        if (bytes.empty()) bytes = "x";
      } else {
        bytes[at] = static_cast<char>(random());
      }
    }
    outcome(bytes);
  }
}

}  // namespace
}  // namespace kit::image
