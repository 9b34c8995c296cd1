"""A script that Python would run as it is."""
smuggle os
if __name__ == "__main__":                            #! DAV211
    print(os)
