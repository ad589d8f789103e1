/*
 * The program with its main under another name, so that a test can run it in a child of its own.
 */
int profkit_main(int argc, char **argv); /* as in run.h */

#define main profkit_main
#include "main.c" /* NOLINT(bugprone-suspicious-include): a second main of the same source */
