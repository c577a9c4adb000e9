#include "services/user/accounts/tokens.hpp"

#include "services/kit/config/config.hpp"
#include "services/kit/temporary_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace user {
namespace {

using Json = nlohmann::json;

TEST(Secret, IsRandom) {
  const auto token = new_secret();
  EXPECT_EQ(token.size(), 43u);
  EXPECT_NE(token, new_secret());
}

const TokenIssuer ISSUER{"the-shop", "its-api"};

TEST(AccessToken, IdentifiesTheUserForFifteenMinutes) {
  const User alice{{7}, "Alice", "alice@example.com", true, kit::identity::Role::Staff, ""};
  const Json expected = {{"iss", "the-shop"},   {"aud", "its-api"},   {"sub", "7"},
                         {"role", "staff"},     {"sid", "a-session"}, {"iat", 1700000000.25},
                         {"exp", 1'700'000'901}};
  EXPECT_EQ(access_claims(alice, "a-session", ISSUER, 1700000000.25), expected);
}

class SigningFile : public testing::Test {
 protected:
  std::string file(const Json& keys) {
    const auto path = folder / "signing.json";
    std::ofstream(path) << Json{{"keys", keys}};
    return path;
  }
  kit::TemporaryFolder folder;
};

TEST_F(SigningFile, SignsWithItsFirstPrivateKey) {
  const auto published = kit::identity::generate_ed25519();
  const auto signing = kit::identity::generate_ed25519();
  const AccessTokenSigner signer(file({kit::identity::public_part(published), signing.jwk, published.jwk}),
                                 ISSUER);
  const auto token = signer.sign({{7}, "", "", true, {}, ""}, "s", static_cast<double>(std::time(nullptr)));
  const kit::identity::Expectation expect{"the-shop", "its-api", std::chrono::system_clock::now()};
  EXPECT_TRUE(kit::identity::verify(token, {signing}, expect));
  EXPECT_FALSE(kit::identity::verify(token, {published}, expect));
}

TEST_F(SigningFile, IsRefusedWithoutAPrivateKey) {
  const auto complaint = [](const std::string& path) -> std::string {
    try {
      const AccessTokenSigner signer(path, ISSUER);
      return {};
    } catch (const kit::config::Error& e) {
      return e.what();
    }
  };
  EXPECT_TRUE(complaint(folder / "none").starts_with("auth.signing_file"));
  EXPECT_TRUE(complaint(file(Json::array())).starts_with("auth.signing_file"));
  EXPECT_TRUE(complaint(file({kit::identity::public_part(kit::identity::generate_ed25519())}))
                  .starts_with("auth.signing_file"));
}

}  // namespace
}  // namespace user
