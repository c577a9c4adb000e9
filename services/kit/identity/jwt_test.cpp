#include "services/kit/identity/jwt.hpp"

#include "services/kit/encoding/base64.hpp"

#include <sodium.h>

#include <gtest/gtest.h>

namespace kit::identity {
namespace {

using Json = nlohmann::json;
using std::chrono::seconds;
using std::chrono::system_clock;

const system_clock::time_point NOW{seconds(1'700'000'000)};

class Jwt : public testing::Test {
 protected:
  Json claims(Json changes = Json::object()) const {
    Json out = {{"iss", "shopkeeper"}, {"aud", "shopkeeper"}, {"sub", "7"}, {"exp", 1'700'000'900}};
    out.update(changes);
    return out;
  }
  std::optional<Json> check(const std::string& token) const {
    return verify(token, keys, {"shopkeeper", "shopkeeper", NOW});
  }
  /// A token with a header of the forger's, its signature that of a good token with the same payload.
  std::string with_header(const Json& header) const {
    const auto token = sign_ed25519(claims(), key);
    return base64url(header.dump()) + token.substr(token.find('.'));
  }
  /// A token with a header of the forger's, well signed by `key`: what a thief of the key, or a careless
  /// signer, could make.
  std::string well_signed(const Json& header) const {
    const auto message = base64url(header.dump()) + "." + base64url(claims().dump());
    const auto seed = *from_base64url(key.jwk["d"].get<std::string>());
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public_key, secret, reinterpret_cast<const unsigned char*>(seed.data()));
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(), secret);
    return message + "." + base64url(signature);
  }

  Key key = generate_ed25519();
  Key other = generate_ed25519();
  std::vector<Key> keys{*parse_jwk(public_part(key)), *parse_jwk(public_part(other))};
};

TEST_F(Jwt, ReturnsTheClaimsOfAValidToken) {
  const auto got = check(sign_ed25519(claims(), key));
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, claims());
  EXPECT_TRUE(check(sign_ed25519(claims(), other))) << "each of the keys, by kid";
  EXPECT_TRUE(check(sign_ed25519(claims({{"aud", {"else", "shopkeeper"}}}), key)));
}

TEST_F(Jwt, RejectsExpiredAndPrematureTokens) {
  const seconds now = std::chrono::duration_cast<seconds>(NOW.time_since_epoch());
  const auto at = [&](const char* claim, std::int64_t shift) {
    return check(sign_ed25519(claims({{claim, now.count() + shift}}), key)).has_value();
  };
  EXPECT_TRUE(at("exp", -29)) << "leeway";
  EXPECT_FALSE(at("exp", -30));
  EXPECT_FALSE(at("exp", -100'000));
  EXPECT_TRUE(at("nbf", 30));
  EXPECT_FALSE(at("nbf", 31));
  EXPECT_FALSE(check(sign_ed25519(claims({{"exp", "1700000900"}}), key))) << "no number";
  EXPECT_FALSE(check(sign_ed25519(claims({{"exp", nullptr}}), key)));
  EXPECT_FALSE(check(sign_ed25519(claims({{"nbf", "soon"}}), key)));
  auto endless = claims();
  endless.erase("exp");
  EXPECT_FALSE(check(sign_ed25519(endless, key)));
}

TEST_F(Jwt, RejectsOtherIssuersAndAudiences) {
  for (const Json& wrong :
       {Json{{"iss", "another"}}, Json{{"iss", nullptr}}, Json{{"aud", "another"}},
        Json{{"aud", {"another", 7}}}, Json{{"aud", Json::array()}}, Json{{"aud", {{"shopkeeper", true}}}}})
    EXPECT_FALSE(check(sign_ed25519(claims(wrong), key))) << wrong;
  auto none = claims();
  none.erase("aud");
  EXPECT_FALSE(check(sign_ed25519(none, key)));
  EXPECT_TRUE(verify(sign_ed25519(claims({{"iss", "any"}}), key), keys, {"", "shopkeeper", NOW}));
}

TEST_F(Jwt, RejectsForgedTokens) {
  const auto stranger = generate_ed25519();
  EXPECT_FALSE(check(sign_ed25519(claims(), stranger)));
  auto impostor = stranger;
  impostor.kid = key.kid;
  EXPECT_FALSE(check(sign_ed25519(claims(), impostor))) << "another's key under our kid";
  auto swapped = key;
  swapped.kid = other.kid;
  EXPECT_FALSE(check(sign_ed25519(claims(), swapped))) << "the right key under another's kid";

  const auto token = sign_ed25519(claims(), key);
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  const auto payload = base64url(claims({{"sub", "1"}, {"role", "admin"}}).dump());
  EXPECT_FALSE(check(token.substr(0, first + 1) + payload + token.substr(second))) << "changed claims";
  EXPECT_FALSE(check(token.substr(0, second + 1))) << "no signature";
  EXPECT_FALSE(check(token.substr(0, second)));
}

TEST_F(Jwt, RejectsHeadersThatChooseTheAlgorithm) {
  ASSERT_TRUE(check(well_signed({{"alg", "EdDSA"}, {"kid", key.kid}})));
  for (const char* alg : {"none", "None", "HS256", "RS256", "ES256", "eddsa", ""}) {
    const Json header = {{"alg", alg}, {"kid", key.kid}};
    EXPECT_FALSE(check(well_signed(header))) << alg;
    EXPECT_FALSE(check(with_header(header))) << alg;
    EXPECT_FALSE(check(base64url(header.dump()) + "." + base64url(claims().dump()) + ".")) << alg;
  }
}

TEST_F(Jwt, RejectsUnusualHeaders) {
  for (const Json& header :
       {Json{{"alg", "EdDSA"}}, Json{{"alg", "EdDSA"}, {"kid", nullptr}}, Json{{"alg", "EdDSA"}, {"kid", 7}},
        Json{{"alg", "EdDSA"}, {"kid", other.kid}}, Json{{"alg", "EdDSA"}, {"kid", "../../../../dev/null"}},
        Json{{"alg", "EdDSA"}, {"kid", "' or 1=1 --"}}, Json{{"kid", key.kid}},
        Json{{"alg", "EdDSA"}, {"kid", key.kid}, {"crit", {"exp"}}, {"exp", 1}},
        Json{{"alg", {"EdDSA"}}, {"kid", key.kid}}, Json::array({"alg"}), Json(7)})
    EXPECT_FALSE(check(well_signed(header))) << header;
}

TEST_F(Jwt, IgnoresEmbeddedKeys) {
  // "jwk" in the header, signed by that very key: only the set that we hold counts.
  auto forger = generate_ed25519();
  forger.kid = "";
  EXPECT_FALSE(check(sign_ed25519(claims(), forger)));
}

TEST_F(Jwt, WithoutKidMatchesOnlyAKeyWithout) {
  auto bare = key;
  bare.kid.clear();
  const auto token = sign_ed25519(claims(), bare);
  EXPECT_FALSE(check(token));
  auto jwk = public_part(key);
  jwk.erase("kid");
  EXPECT_TRUE(verify(token, {*parse_jwk(jwk)}, {"shopkeeper", "shopkeeper", NOW}));
}

TEST_F(Jwt, RejectsMalformedTokens) {
  for (const std::string text : {"", ".", "..", "...", "a.b.c", "a.b.c.d", "e30.e30.", "e30.e30.e30"})
    EXPECT_FALSE(check(text)) << text;
  const auto token = sign_ed25519(claims(), key);
  for (const auto& text : {token + "=", token + " ", " " + token, token + ".x"})
    EXPECT_FALSE(check(text)) << text;
}

TEST_F(Jwt, RejectsOversizedTokens) {
  EXPECT_TRUE(check(sign_ed25519(claims({{"pad", std::string(5000, 'x')}}), key)));
  EXPECT_FALSE(check(sign_ed25519(claims({{"pad", std::string(8000, 'x')}}), key)));
}

TEST_F(Jwt, SignsOnlyWithAPrivateEd25519Key) {
  EXPECT_THROW(sign_ed25519(claims(), *parse_jwk(public_part(key))), std::invalid_argument);
  EXPECT_THROW(sign_ed25519(claims(), Key{}), std::invalid_argument);
}

}  // namespace
}  // namespace kit::identity
