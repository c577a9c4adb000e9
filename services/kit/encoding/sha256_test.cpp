#include "services/kit/encoding/sha256.hpp"

#include <gtest/gtest.h>

namespace kit {
namespace {

// FIPS 180-4's example.
constexpr const char* OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, MatchesTheStandardsExample) {
  EXPECT_EQ(sha256_hex("abc"), OF_ABC);
  EXPECT_EQ(sha256("").size(), 32U);
}

TEST(Sha256, OfPiecesEqualsThatOfTheWhole) {
  Sha256 hash;
  hash.add("a");
  hash.add("");
  hash.add("bc");
  EXPECT_EQ(hex(hash.digest()), OF_ABC);
}

}  // namespace
}  // namespace kit
