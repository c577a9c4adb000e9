#include "services/kit/http/testing/read_requests.hpp"

#include <random>

#include <gtest/gtest.h>

// Random requests, always the same ones: the seeds are fixed.
namespace kit::http {
namespace {

constexpr int ROUNDS = 20'000;
constexpr std::size_t LIMIT = 4096;

const std::vector<std::string> SEEDS{
    "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: a\r\n\r\n1;x=y\r\nh\r\n0\r\nA: "
    "b\r\n\r\n",
    "PUT /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
    "GET http://x/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: [::1]:80\r\nCookie: a=b\r\nConnection: close\r\n\r\n",
};

/// Pieces that readers of HTTP have stumbled over.
const std::vector<std::string> PIECES{"\r\n", "\n", "\r",   "\r\n\r\n", " ", "\t",   ":",    "0",
                                      "-1",   "+5", "0x10", ",",        ";", "\x7f", "\xff", "%00"};
const std::vector<std::string> LINES{"18446744073709551616",
                                     "Content-Length: 5\r\n",
                                     "Transfer-Encoding: chunked\r\n",
                                     "Transfer-Encoding: identity\r\n",
                                     "HTTP/1.1",
                                     "HTTP/2.0",
                                     "ffffffffffffffff\r\n",
                                     "0\r\n\r\n",
                                     "Host: y\r\n",
                                     "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                     std::string(1, '\0')};

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  std::size_t below(std::size_t bound) { return generator_() % bound; }
  const std::string& one_of(const std::vector<std::string>& from) { return from[below(from.size())]; }

 private:
  std::mt19937 generator_;
};

std::string mutated(Random& random) {
  std::string wire = random.one_of(SEEDS);
  if (random.below(3) == 0) wire += random.one_of(SEEDS);
  for (auto changes = 1 + random.below(4); changes > 0; --changes) {
    const auto at = random.below(wire.size() + 1);
    switch (random.below(5)) {
      case 0:
        wire.insert(at, random.one_of(random.below(2) ? PIECES : LINES));
        break;
      case 1:
        wire.erase(at, 1 + random.below(8));
        break;
      case 2:
        if (at < wire.size()) wire[at] = static_cast<char>(random.below(256));
        break;
      case 3:
        wire.insert(at, wire.substr(at, random.below(32)));
        break;
      default:
        wire.resize(at);
    }
    if (wire.empty()) wire = "G";
  }
  return wire;
}

}  // namespace

TEST(RequestReaderFuzz, ReadsTheSameHoweverTheBytesArrive) {
  Random random(20'260'131);
  for (int round = 0; round < ROUNDS && !::testing::Test::HasFailure(); ++round) {
    const auto wire = mutated(random);
    ReaderLimits limits;
    limits.request = [](const RawRequest&) { return LIMIT; };
    const RequestReader reader(limits);
    const auto whole = testing::read_pieces(reader, wire, [] { return std::size_t{1} << 20; });
    const auto pieces = testing::read_pieces(reader, wire, [&] { return 1 + random.below(16); });
    EXPECT_EQ(pieces, whole) << "round " << round << ": " << ::testing::PrintToString(wire);
    for (const auto& request : whole) EXPECT_LE(request.size(), LIMIT) << request;
  }
}

TEST(RequestReaderFuzz, RefusesNoise) {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string noise(1 + random.below(2000), '\0');
    for (auto& c : noise) c = static_cast<char>(random.below(256));
    RequestReader reader;
    reader.feed(noise);
    const auto out = testing::read(reader);
    EXPECT_TRUE(out.empty() || out[0].starts_with('4') || out[0].starts_with('5'))
        << ::testing::PrintToString(noise);
    EXPECT_LE(reader.held(), 64U * 1024);
  }
}

}  // namespace kit::http
