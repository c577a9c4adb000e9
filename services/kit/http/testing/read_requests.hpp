#pragma once
#include "services/kit/http/wire/request_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kit::http::testing {

/// "GET /a [body]" of each request in turn, "100" where the client gets 100 Continue, or the status of the
/// error that ends it. A request that is none by our own rules fails the test.
inline std::vector<std::string> read(RequestReader& reader) {
  std::vector<std::string> out;
  for (;;) {
    auto result = reader.next();
    if (std::holds_alternative<RequestReader::NeedMore>(result)) return out;
    if (std::holds_alternative<RequestReader::WantsContinue>(result)) {
      out.emplace_back("100");
    } else if (const auto* error = std::get_if<FramingError>(&result)) {
      EXPECT_TRUE(error->status >= 400 && error->status <= 599);
      out.push_back(std::to_string(error->status));
      return out;
    } else {
      const auto& request = std::get<RawRequest>(result);
      EXPECT_FALSE(request.method.empty());
      EXPECT_TRUE(request.target.starts_with('/')) << request.target;
      for (const char c : request.target) EXPECT_TRUE(c > ' ' && c < 0x7f);
      for (const auto& [name, value] : request.headers.all()) {
        EXPECT_FALSE(name.empty());
        EXPECT_EQ(value.find_first_of(std::string("\r\n\0", 3)), std::string::npos);
      }
      out.push_back(request.method + " " + request.target + " [" + request.body + "]");
    }
  }
}

/// The same of the bytes fed in one piece or, with `step`, in pieces of what it returns; without "100", which
/// depends on how the bytes arrive.
template <class Step>
std::vector<std::string> read_pieces(RequestReader reader, std::string_view wire, Step step) {
  std::vector<std::string> out;
  while (!wire.empty()) {
    const auto size = std::min<std::size_t>(wire.size(), step());
    reader.feed(wire.substr(0, size));
    wire.remove_prefix(size);
    for (auto& result : read(reader))
      if (result != "100") out.push_back(std::move(result));
  }
  return out;
}

}  // namespace kit::http::testing
