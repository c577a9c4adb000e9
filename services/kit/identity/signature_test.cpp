// The vectors of RFC 8037 (appendix A) and RFC 7515 (A.2, A.3).
#include "services/kit/identity/signature.hpp"

#include "services/kit/encoding/base64.hpp"

#include <gtest/gtest.h>

namespace kit::identity {
namespace {

using Json = nlohmann::json;

struct Vector {
  Json jwk;
  std::string message;
  std::string signature;
};

Vector rfc8037() {
  return {{{"kty", "OKP"},
           {"crv", "Ed25519"},
           {"d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
           {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}},
          "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
          "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"};
}

constexpr const char* PAYLOAD =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

Vector rfc7515_rs256() {
  return {
      {{"kty", "RSA"},
       {"e", "AQAB"},
       {"n",
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Q"
        "lL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBY"
        "UsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNm"
        "oudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}},
      std::string("eyJhbGciOiJSUzI1NiJ9.") + PAYLOAD,
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds"
      "9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZR"
      "mB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs9"
      "8rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"};
}

Vector rfc7515_es256() {
  return {{{"kty", "EC"},
           {"crv", "P-256"},
           {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
           {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}},
          std::string("eyJhbGciOiJFUzI1NiJ9.") + PAYLOAD,
          "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"};
}

class Rfc : public testing::TestWithParam<Vector> {};

TEST_P(Rfc, VectorIsValidAndChangesAreNot) {
  const auto& vector = GetParam();
  const auto key = parse_jwk(vector.jwk);
  ASSERT_TRUE(key);
  const auto signature = from_base64url(vector.signature);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(signature_valid(*key, vector.message, *signature));
  EXPECT_FALSE(signature_valid(*key, vector.message + "x", *signature));
  EXPECT_FALSE(signature_valid(*key, vector.message, ""));
  EXPECT_FALSE(signature_valid(*key, vector.message, *signature + '\0'));
  EXPECT_FALSE(signature_valid(*key, vector.message, signature->substr(1)));
  for (const std::size_t at : {std::size_t{0}, signature->size() / 2, signature->size() - 1}) {
    auto changed = *signature;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(signature_valid(*key, vector.message, changed)) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, Rfc, testing::Values(rfc8037(), rfc7515_rs256(), rfc7515_es256()),
                         [](const auto& info) { return info.param.jwk["kty"].template get<std::string>(); });

TEST(Signature, OfAllZerosIsRejected) {  // CVE-2022-21449: r = s = 0
  const auto key = parse_jwk(rfc7515_es256().jwk);
  EXPECT_FALSE(signature_valid(*key, "message", std::string(64, '\0')));
}

TEST(Jwk, Rfc8037PrivateKeyMatchesItsPublicKey) {
  auto jwk = rfc8037().jwk;
  EXPECT_TRUE(parse_jwk(jwk));
  jwk["x"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_FALSE(parse_jwk(jwk)) << "d belongs to another x";
}

TEST(Jwk, AcceptsOnlySupportedKeys) {
  EXPECT_EQ(parse_jwk(rfc8037().jwk)->algorithm, "EdDSA");
  EXPECT_EQ(parse_jwk(rfc7515_rs256().jwk)->algorithm, "RS256");
  EXPECT_EQ(parse_jwk(rfc7515_es256().jwk)->algorithm, "ES256");

  EXPECT_FALSE(parse_jwk({{"kty", "oct"}, {"k", "c2VjcmV0"}})) << "no shared secrets";
  EXPECT_FALSE(parse_jwk(Json::array())) << "no object";
  EXPECT_FALSE(parse_jwk({{"kty", "RSA"}, {"e", "AQAB"}, {"n", base64url(std::string(128, '\x81'))}}))
      << "1024 bits";
  auto other = rfc7515_rs256().jwk;
  other["alg"] = "RS512";
  EXPECT_FALSE(parse_jwk(other));
  other["alg"] = "RS256";
  other["use"] = "enc";
  EXPECT_FALSE(parse_jwk(other));
  other["use"] = "sig";
  EXPECT_TRUE(parse_jwk(other));
  other["e"] = "AQ";
  EXPECT_FALSE(parse_jwk(other)) << "an exponent of 1 signs nothing";
  auto off_curve = rfc7515_es256().jwk;
  off_curve["y"] = off_curve["x"];
  EXPECT_FALSE(parse_jwk(off_curve));
}

TEST(Jwk, SetLeavesOutUnsupportedKeys) {
  const Json set = {{"keys", {rfc8037().jwk, {{"kty", "oct"}, {"k", "c2VjcmV0"}}, 7}}};
  EXPECT_EQ(parse_jwks(set.dump()).size(), 1u);
  EXPECT_TRUE(parse_jwks(R"({"keys":[]})").empty());
  for (const char* wrong : {"", "[]", "{}", R"({"keys":{}})", "{"})
    EXPECT_THROW(parse_jwks(wrong), std::invalid_argument) << wrong;
}

TEST(Jwk, PublicPartOfAGeneratedKeyHasNoSecret) {
  const auto key = generate_ed25519();
  EXPECT_EQ(key.kid.size(), 43u);
  EXPECT_NE(key.kid, generate_ed25519().kid);
  const auto shown = public_part(key);
  EXPECT_FALSE(shown.contains("d"));
  EXPECT_EQ(shown["kid"], key.kid);
  EXPECT_TRUE(parse_jwk(shown));
}

}  // namespace
}  // namespace kit::identity
