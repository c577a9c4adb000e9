#include "services/kit/json/reader.hpp"

#include <gtest/gtest.h>

namespace kit::json {
namespace {

int status_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Problem& p) {
    return p.status();
  }
  return 200;
}

/// "<field> <reason>" of each error, a line each.
std::string errors_of(const std::string& body, const std::function<void(Reader&)>& read) {
  const auto object = parse(body);
  Reader in(object);
  read(in);
  std::string errors;
  try {
    in.finish();
  } catch (const Problem& p) {
    for (const auto& [name, reason] : p.fields()) errors += name + " " + reason + "\n";
  }
  return errors;
}

TEST(Parse, RejectsMalformedJson) {
  for (const char* text :
       {"", "{", "{'a':1}", "nul", "{\"a\":1}x", "{\"a\":1,}", "\xff", "{\"a\":\"\xc0\x80\"}", "[1"}) {
    EXPECT_EQ(status_of([&] { parse(text); }), 400) << text;
  }
}

TEST(Parse, RejectsRepeatedKeys) {
  EXPECT_EQ(status_of([] { parse(R"({"quantity":1,"quantity":1000000})"); }), 400);
  EXPECT_EQ(status_of([] { parse(R"({"a":{"b":1},"c":{"b":1}})"); }), 200);
}

TEST(Parse, RejectsDeepNestingWithoutRecursion) {
  EXPECT_EQ(status_of([] { parse(std::string(32, '[') + std::string(32, ']')); }), 200);
  EXPECT_EQ(status_of([] { parse(std::string(33, '[') + std::string(33, ']')); }), 400);
  EXPECT_EQ(status_of([] { parse(std::string(60'000, '[')); }), 400);
}

TEST(Reader, CollectsAllErrors) {
  const auto errors = errors_of(R"({"name":7,"quantity":-1,"extra":1})", [](Reader& in) {
    in.string("name");
    in.integer("quantity", {1, 1000});
    in.email("email");
  });
  EXPECT_EQ(errors,
            "name must be a string\nquantity must be between 1 and 1000\nemail is required\nextra is not "
            "known here\n");
}

TEST(Reader, ChecksIntegersAndRanges) {
  const auto read = [](Reader& in) { in.integer("n", {1, 1000}); };
  EXPECT_EQ(errors_of(R"({"n":1})", read), "");
  EXPECT_EQ(errors_of(R"({"n":"1"})", read), "n must be an integer\n");
  EXPECT_EQ(errors_of(R"({"n":1.5})", read), "n must be an integer\n");
  EXPECT_EQ(errors_of(R"({"n":0})", read), "n must be between 1 and 1000\n");
  EXPECT_EQ(errors_of(R"({"n":18446744073709551615})", read), "n must be between 1 and 1000\n");
  EXPECT_EQ(errors_of(R"({"n":1e300})", read), "n must be between 1 and 1000\n");
  EXPECT_EQ(errors_of(R"({"n":null})", read), "n is required\n");
}

TEST(Reader, CountsCharactersNotBytes) {
  const auto read = [](Reader& in) { in.string("s", {1, 3}); };
  EXPECT_EQ(errors_of(R"({"s":"äöü"})", read), "");
  EXPECT_EQ(errors_of(R"({"s":"äöüx"})", read), "s must have 1 to 3 characters\n");
  EXPECT_EQ(errors_of(R"({"s":"  "})", read), "s must not be blank\n");
  EXPECT_EQ(errors_of(R"({"s":"a\u0000"})", read), "s must not have control characters\n");
}

TEST(Reader, AcceptsOneEmailAddress) {
  const auto read = [](Reader& in) { in.email("e"); };
  for (const char* good : {"alice@example.com", "a.b+c@sub.example.org"})
    EXPECT_EQ(errors_of(R"({"e":")" + std::string(good) + "\"}", read), "") << good;
  for (const char* bad : {"alice", "@example.com", "a@b", "a@b@c.de", "a b@c.de", "a@c.de,b@c.de",
                          "a..b@c.de", "a@.de", "<a@b.de>", "abc\\u0000d@x.org", "abc@x\\u0000.org"}) {
    EXPECT_EQ(errors_of(R"({"e":")" + std::string(bad) + "\"}", read), "e must be an e-mail address\n")
        << bad;
  }
}

TEST(Reader, RequiresAnObject) {
  const auto list = parse("[]");
  EXPECT_EQ(status_of([&] { Reader in(list); }), 422);
}

TEST(ParseId, AcceptsPositiveIntegersOnly) {
  EXPECT_EQ(parse_id("7", "path.id"), 7);
  for (const char* bad : {"", "0", "-1", "+1", "1x", "abc", "1.0", "99999999999999999999"})
    EXPECT_EQ(status_of([&] { parse_id(bad, "path.id"); }), 400) << bad;
}

}  // namespace
}  // namespace kit::json
