#include "services/kit/http/testing/read_requests.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace kit::http {
namespace {

using testing::read;
using Results = std::vector<std::string>;

Results read(std::string_view wire) {
  RequestReader whole;
  whole.feed(wire);
  const auto results = read(whole);
  auto without = results;
  std::erase(without, "100");
  EXPECT_EQ(testing::read_pieces(RequestReader(), wire, [] { return 1; }), without) << wire;
  return results;
}

std::string get(std::string_view headers) {
  return "GET /a HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

std::string post(std::string_view headers, std::string_view body) {
  return "POST /p HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace

TEST(RequestReader, ReadsRequestsOneAfterTheOther) {
  EXPECT_EQ(read(get("")), Results{"GET /a []"});
  EXPECT_EQ(read("\r\n" + get("") + post("Content-Length: 3\r\n", "abc") + get("")),
            (Results{"GET /a []", "POST /p [abc]", "GET /a []"}));
}

TEST(RequestReader, ReadsChunkedBodies) {
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n",
                      "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n")),
            Results{"POST /p [abc0123456789]"});
}

TEST(RequestReader, RefusesLengthsThatReadersDisagreeAbout) {
  for (const char* length :
       {"abc", "-1", "+1", " ", "", "0x10", "1 1", "5, 5", "5,6", "99999999999999999999999",
        "18446744073709551616", "99999999999999999999", "+5", "1.0", "3\t3"})
    EXPECT_EQ(read(post("Content-Length: " + std::string(length) + "\r\n", "abc")), Results{"400"}) << length;
  EXPECT_EQ(read(post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")), Results{"400"});
  EXPECT_EQ(read(post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "abc")), Results{"400"});
  EXPECT_EQ(read(post("Content-Length : 3\r\n", "abc")), Results{"400"});
}

TEST(RequestReader, RefusesOtherCodings) {
  EXPECT_EQ(read(post("Transfer-Encoding: gzip, chunked\r\n", "")), Results{"501"});
  EXPECT_EQ(read(post("Transfer-Encoding: xchunked\r\n", "")), Results{"501"});
  EXPECT_EQ(read("POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), Results{"400"});
}

TEST(RequestReader, RefusesMalformedChunks) {
  for (const char* body :
       {"x\r\n", "-1\r\n", "\r\n", "3\r\nabcd\r\n", "+3\r\nabc\r\n", "0x3\r\nabc\r\n", " 3\r\nabc\r\n",
        "2;\nxx\r\nab\r\n0\r\n\r\n", "2 x\r\nab\r\n0\r\n\r\n", "2\r\nab\r\n0\r\nX: y\n\nGET /p\r\n\r\n"})
    EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", body)), Results{"400"}) << body;
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", "fffffffffffffff\r\n")), Results{"413"});
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", std::string(300, '1'))), Results{"400"});
}

TEST(RequestReader, ReadsNothingAfterAnError) {
  EXPECT_EQ(read(post("Content-Length: abc\r\n", "") + get("")), Results{"400"});
  for (const char* length : {"65537", "70000", "10000000000"})
    EXPECT_EQ(read(post("Content-Length: " + std::string(length) + "\r\n", "") + get("")), Results{"413"});
}

TEST(RequestReader, RefusesMalformedHeads) {
  for (const char* head :
       {"GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "GET /\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n", "G@T / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:99999999\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: <>\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n", "GET a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /#f HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"})
    EXPECT_EQ(read(std::string_view(head)), Results{"400"}) << head;
  EXPECT_EQ(read("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), Results{"505"});
}

TEST(RequestReader, AcceptsHeadersThatItDoesNotUse) {
  for (const char* header :
       {"Cookie: ;;;=\r\n", "Date: yesterday\r\n", "Content-Type: ///\r\n", "Accept: ,;q\r\n",
        "Authorization: Basic !\r\n", "Cookie: \xff\r\n", "X-Empty:\r\n"})
    EXPECT_EQ(read(get(header)), Results{"GET /a []"}) << header;
}

TEST(RequestReader, LimitsRequestLineAndHeaders) {
  EXPECT_EQ(read("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), Results{"414"});
  EXPECT_EQ(read(get("A: " + std::string(40000, 'a') + "\r\n")), Results{"431"});
  std::string many;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(read(get(many)), Results{"431"});
  EXPECT_EQ(read(std::string(40000, 'a')), Results{"414"});
}

TEST(RequestReader, LimitsBodiesByRoute) {
  ReaderLimits limits;
  limits.request = [](const RawRequest& head) {
    return head.target == "/import" ? std::size_t(100'000) : std::size_t(100);
  };
  RequestReader reader(limits);
  reader.feed("POST /import HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + std::string(90'000, 'x'));
  EXPECT_TRUE(std::holds_alternative<RawRequest>(reader.next()));
  reader.feed("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n");
  EXPECT_TRUE(std::holds_alternative<FramingError>(reader.next()));
}

TEST(RequestReader, ReportsOnceThatTheClientWaits) {
  RequestReader reader;
  reader.feed("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(read(reader), Results{"100"});
  EXPECT_EQ(read(reader), Results{});
  reader.feed("ab");
  EXPECT_EQ(read(reader), Results{"POST / [ab]"});
  EXPECT_EQ(read(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "ab")), Results{"POST /p [ab]"});
  EXPECT_EQ(read(post("Expect: tea\r\nContent-Length: 2\r\n", "ab")), Results{"417"});
}

TEST(RequestReader, KeepsTheConnectionAsTheClientAsks) {
  const auto keeps = [](std::string_view wire) {
    RequestReader reader;
    reader.feed(wire);
    return std::get<RawRequest>(reader.next()).keep_alive;
  };
  EXPECT_TRUE(keeps(get("")));
  EXPECT_FALSE(keeps(get("Connection: Close\r\n")));
  EXPECT_FALSE(keeps(get("Connection: keep-alive, close\r\n")));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestReader, ReadsAbsoluteTargets) {
  EXPECT_EQ(read("GET http://shop:80/a?b HTTP/1.1\r\nHost: shop\r\n\r\n"), Results{"GET /a?b []"});
  EXPECT_EQ(read("GET http://shop?b HTTP/1.1\r\nHost: shop\r\n\r\n"), Results{"GET /?b []"});
  EXPECT_EQ(read("GET ftp://shop/ HTTP/1.1\r\nHost: shop\r\n\r\n"), Results{"400"});
}

// Defect 9: the library's own parser takes minutes for what this reads in milliseconds.
TEST(RequestReader, NeedsTimeLinearInTheBytes) {
  std::string wire = "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 10'000; ++i) wire += "1\r\na\r\n";
  wire += "0\r\n\r\n";
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    RequestReader whole, trickled;
    whole.feed(wire);
    EXPECT_TRUE(std::holds_alternative<RawRequest>(whole.next()));
    for (const char c : get("A: " + std::string(30'000, 'a') + "\r\n")) {
      trickled.feed({&c, 1});
      trickled.next();
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace kit::http
