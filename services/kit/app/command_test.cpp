#include "services/kit/app/command.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kit::app {
namespace {

std::variant<Invocation, std::string> parse(std::vector<const char*> arguments,
                                            const std::string& variable = "") {
  return parse_command(arguments, variable);
}

TEST(Command, ServesUnlessToldOtherwise) {
  EXPECT_EQ(std::get<Invocation>(parse({})).command, Command::Serve);
  EXPECT_EQ(std::get<Invocation>(parse({"migrate"})).command, Command::Migrate);
  EXPECT_EQ(std::get<Invocation>(parse({"sample-data"})).command, Command::SampleData);
  EXPECT_EQ(std::get<Invocation>(parse({"--version"})).command, Command::Version);
}

TEST(Command, TheFlagWinsOverTheVariable) {
  EXPECT_EQ(std::get<Invocation>(parse({}, "a.yaml")).config, "a.yaml");
  EXPECT_EQ(std::get<Invocation>(parse({"--config", "b.yaml", "serve"}, "a.yaml")).config, "b.yaml");
}

TEST(Command, SaysWhatItDoesNotUnderstand) {
  EXPECT_NE(std::get<std::string>(parse({"server"})).find("\"server\""), std::string::npos);
  EXPECT_NE(std::get<std::string>(parse({"serve", "migrate"})).find("\"migrate\""), std::string::npos);
  EXPECT_NE(std::get<std::string>(parse({"serve", "--config"})).find("--config wants a file"),
            std::string::npos);
}

}  // namespace
}  // namespace kit::app
